import { ProvedBy } from '../promotion/promotion.ts'
import type { JobState } from '../run/run.ts'
import { defineGate } from './gate.ts'

/** The output by which an end-to-end job says what its journeys were proved by. */
const provedByOutput = 'proved-by'

/** The end-to-end job of the run that asks ended well, in every leg of its matrix. */
export const e2eGreen = defineGate({
  gate: 'e2eGreen',
  judge(facts, settings) {
    const title = `${settings.job} is green`
    const run = facts.asking?.run
    if (!run) return { gate: 'e2eGreen', title, state: 'waiting', detail: 'no run asks yet', evidence: null }
    const jobs = run.jobs.filter(job => job.key === settings.job)
    const first = worst(jobs)
    if (!first) {
      const detail = `run ${run.number} has no job named ${settings.job}`
      return { gate: 'e2eGreen', title, state: 'unmet', detail, evidence: `/runs/${run.id}` }
    }
    const evidence = `/runs/${run.id}?job=${encodeURIComponent(first.id)}`
    if (first.status !== 'completed') {
      return {
        gate: 'e2eGreen',
        title,
        state: 'waiting',
        detail: `${first.name} is ${first.status.replace('_', ' ')}`,
        evidence,
      }
    }
    if (first.conclusion === 'success') {
      const detail = `${first.name} passed in run ${run.number}`
      const provedBy = weakestProof(jobs)
      return { gate: 'e2eGreen', title, state: 'met', detail, evidence, ...(provedBy && { provedBy }) }
    }
    const detail = `${first.name} ended with ${first.conclusion ?? 'no conclusion'}`
    return { gate: 'e2eGreen', title, state: 'unmet', detail, evidence }
  },
})

/** A failed one before one that still runs before one that passed. */
const worst = (jobs: JobState[]): JobState | undefined => jobs.toSorted((a, b) => rank(a) - rank(b))[0]

const rank = (job: JobState): number => (job.status !== 'completed' ? 1 : job.conclusion === 'success' ? 2 : 0)

/** One leg without a browser is enough to say so; undefined when no leg says anything. */
function weakestProof(jobs: JobState[]): ProvedBy | undefined {
  const said = jobs.flatMap(({ outputs }) => ProvedBy.safeParse(outputs[provedByOutput]).data ?? [])
  return said.includes('http') ? 'http' : said[0]
}
