import * as z from 'zod'
import { msBetween } from '../duration/instant.ts'
import { share } from './percentiles.ts'
import type { JobFact, RunFact } from './run-fact.ts'

/** A job that failed and passed on one commit. */
export const Flake = z.object({
  workflow: z.string(),
  job: z.string(),
  commits: z.int().describe('on which attempts ended differently'),
  rate: z.number().describe('of the commits it ran on'),
  costMs: z.number().describe('time its failed attempts took on those commits'),
  lastSha: z.string().describe('the newest of them'),
})
export type Flake = z.output<typeof Flake>

/** Worst first. @param runs oldest first */
export function flakesOf(runs: readonly RunFact[]): Flake[] {
  // Failing here and passing on GitHub is no flake: the machines differ.
  const jobs = runs.flatMap(({ workflow, sha, source, jobs: own }) =>
    own.map(job => ({ ...job, workflow, sha, source })),
  )
  return [...Map.groupBy(jobs, job => `${job.source}\n${job.workflow}\n${job.name}`).values()]
    .flatMap(own => {
      const [first] = own
      const commits = [...Map.groupBy(own, ({ sha }) => sha)]
      const flaky = commits.filter(([, attempts]) => has(attempts, 'success') && has(attempts, 'failure'))
      const last = flaky.at(-1)
      if (!first || !last) return []
      const decided = commits.filter(([, attempts]) => has(attempts, 'success') || has(attempts, 'failure')).length
      return {
        workflow: first.workflow,
        job: first.name,
        commits: flaky.length,
        rate: share(flaky.length, decided) ?? 0,
        costMs: flaky.flatMap(([, attempts]) => attempts).reduce((sum, job) => sum + wasted(job), 0),
        lastSha: last[0],
      }
    })
    .sort((a, b) => b.costMs - a.costMs)
}

const has = (attempts: readonly JobFact[], conclusion: JobFact['conclusion']): boolean =>
  attempts.some(attempt => attempt.conclusion === conclusion)

const wasted = ({ conclusion, startedAt, completedAt }: JobFact): number =>
  conclusion === 'failure' && startedAt !== null ? msBetween(startedAt, completedAt) : 0
