import * as z from 'zod'
import { ProvedBy } from '../promotion/promotion.ts'
import { type CommitJob, runsOfWorkflow } from '../run/commit-run.ts'
import { shortSha } from '../words/short-sha.ts'
import { defineGate } from './define-gate.ts'
import { awaitedRuns } from './named-checks.ts'

/** The output by which an end-to-end job says what its journeys were proved by. */
const provedByOutput = 'proved-by'

/** The end-to-end job is green: of the run that asks for the promotion, or of another workflow's newest run for the commit. */
export const e2eGreen = defineGate({
  name: 'e2eGreen',
  word: (o: { job?: string; workflow?: string } = {}) => ({ gate: 'e2eGreen' as const, ...o }),
  schema: z.strictObject({
    gate: z.literal('e2eGreen').describe('the end-to-end job is green for this release'),
    job: z.string().default('e2e').describe('key of that job; on GitHub, its `name:` where it has one'),
    workflow: z
      .string()
      .optional()
      .describe('file whose newest run for this commit has the job; left out: the run that asks for the promotion'),
  }),
  env: () => [],
  docs: {
    title: 'End-to-end tests are green',
    about:
      'The end-to-end job ended well, in every leg of its matrix: that of the run that asks, or of the newest run of a workflow file for this commit.',
    examples: [[], [{ job: 'journeys' }], [{ workflow: 'e2e.yml' }]],
  },
  facts: ['asking', 'runs', 'checks'],
  decide({ job: key, workflow }, { asking, runs, checks }, { release }) {
    const title = `${key} is green`
    const own = ({ setAside }: { setAside: string | null }) => setAside === null
    // Its newest run may be on GitHub.
    const awaited = workflow === undefined ? null : awaitedRuns(title, checks, release.id)
    if (awaited) return awaited
    const run = workflow === undefined ? asking?.run : runsOfWorkflow(runs, workflow).find(own)
    if (!run) {
      const detail =
        workflow === undefined ? 'no run asks yet' : `no run of ${workflow} for ${shortSha(release.id)} yet`
      const next = workflow === undefined ? 'start the workflow that deploys' : `start ${workflow} for it`
      return { title, state: 'waiting', detail, evidence: null, next }
    }
    const jobs = run.jobs.filter(job => job.key === key)
    const first = worst(jobs)
    if (!first) {
      const detail = `${run.name} has no job named ${key}`
      const next = 'name the job that runs the journeys: e2eGreen({ job })'
      return { title, state: 'unmet', detail, evidence: run.evidence, next }
    }
    const { evidence } = first
    if (first.status !== 'completed') {
      const detail = `${first.name} is ${first.status.replace('_', ' ')}`
      return { title, state: 'waiting', detail, evidence, next: 'wait until it ends' }
    }
    if (first.conclusion === 'success') {
      const detail = `${first.name} passed in ${run.name}`
      const provedBy = weakestProof(jobs)
      return { title, state: 'met', detail, evidence, ...(provedBy && { provedBy }) }
    }
    return {
      title,
      state: 'unmet',
      detail: `${first.name} ended with ${first.conclusion ?? 'no conclusion'}`,
      evidence,
      next: 'mend it in a new commit, or run the job again',
    }
  },
})

/** A failed one before one that still runs before one that passed. */
const worst = (jobs: CommitJob[]): CommitJob | undefined => jobs.toSorted((a, b) => rank(a) - rank(b))[0]

const rank = (job: CommitJob): number => (job.status !== 'completed' ? 1 : job.conclusion === 'success' ? 2 : 0)

/** One leg without a browser is enough to say so; undefined when no leg says anything. */
function weakestProof(jobs: CommitJob[]): ProvedBy | undefined {
  const said = jobs.flatMap(({ outputs }) => ProvedBy.safeParse(outputs[provedByOutput]).data ?? [])
  return said.includes('http') ? 'http' : said[0]
}
