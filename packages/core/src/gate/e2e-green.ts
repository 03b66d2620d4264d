import * as z from 'zod'
import { ProvedBy } from '../promotion/promotion.ts'
import type { JobState } from '../run/run.ts'
import { defineGate } from './define-gate.ts'

/** The output by which an end-to-end job says what its journeys were proved by. */
const provedByOutput = 'proved-by'

/** The end-to-end job of the run that asks for the promotion is green. */
export const e2eGreen = defineGate({
  name: 'e2eGreen',
  word: (o: { job?: string } = {}) => ({ gate: 'e2eGreen' as const, ...o }),
  schema: z.strictObject({
    gate: z.literal('e2eGreen').describe('the end-to-end job of the asking run is green'),
    job: z.string().default('e2e').describe('key of that job'),
  }),
  env: () => [],
  docs: {
    title: 'End-to-end tests are green',
    about: 'The end-to-end job of the run that asks ended well, in every leg of its matrix.',
    examples: [[], [{ job: 'journeys' }]],
  },
  facts: ['asking'],
  decide({ job: key }, { asking }) {
    const title = `${key} is green`
    const run = asking?.run
    if (!run) return { title, state: 'waiting', detail: 'no run asks yet', evidence: null }
    const jobs = run.jobs.filter(job => job.key === key)
    const first = worst(jobs)
    if (!first) {
      const detail = `run ${run.number} has no job named ${key}`
      return { title, state: 'unmet', detail, evidence: `/runs/${run.id}` }
    }
    const evidence = `/runs/${run.id}?job=${encodeURIComponent(first.id)}`
    if (first.status !== 'completed') {
      return { title, state: 'waiting', detail: `${first.name} is ${first.status.replace('_', ' ')}`, evidence }
    }
    if (first.conclusion === 'success') {
      const detail = `${first.name} passed in run ${run.number}`
      const provedBy = weakestProof(jobs)
      return { title, state: 'met', detail, evidence, ...(provedBy && { provedBy }) }
    }
    return {
      title,
      state: 'unmet',
      detail: `${first.name} ended with ${first.conclusion ?? 'no conclusion'}`,
      evidence,
    }
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
