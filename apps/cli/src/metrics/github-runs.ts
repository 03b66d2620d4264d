import type { RunFact } from '@gantry/core'
import { githubJob, githubRun } from '@gantry/ingest'
import * as z from 'zod'
import type { GitHub } from '../github/github.ts'

const Runs = z.looseObject({ workflow_runs: z.array(z.unknown()) })
const Jobs = z.looseObject({ jobs: z.array(z.unknown()) })
const pageSize = 100

/**
 * Finished runs of a repository with the jobs of all their attempts, newest first; one request for each run.
 * @param since ISO date: runs created on it or later
 * @throws GantryError VENDOR_REFUSED
 */
export async function runsOnGitHub(
  github: GitHub,
  { since, limit }: { since: string; limit: number },
  told: (done: number, of: number) => void,
): Promise<RunFact[]> {
  const runs: RunFact[] = []
  for (let page = 1; runs.length < limit; page++) {
    const path = `/actions/runs?status=completed&created=${encodeURIComponent(`>=${since}`)}&per_page=${pageSize}&page=${page}`
    const { workflow_runs: found } = Runs.parse((await github.get(path)) ?? { workflow_runs: [] })
    runs.push(...found.flatMap(run => githubRun(run) ?? []))
    if (found.length < pageSize) break
  }
  const facts: RunFact[] = []
  for (const [index, run] of runs.slice(0, limit).entries()) {
    facts.push(...attemptsOf(run, await jobsOf(github, run)))
    told(index + 1, Math.min(runs.length, limit))
  }
  return facts
}

async function jobsOf(github: GitHub, run: RunFact): Promise<RunFact[]> {
  const all: RunFact[] = []
  for (let page = 1; ; page++) {
    const path = `/actions/runs/${run.id}/jobs?filter=all&per_page=${pageSize}&page=${page}`
    const { jobs } = Jobs.parse((await github.get(path)) ?? { jobs: [] })
    all.push(...jobs.flatMap(job => githubJob(job) ?? []))
    if (jobs.length < pageSize) return all
  }
}

/** The list tells of a run's last attempt only; earlier ones are known by their jobs. */
function attemptsOf(run: RunFact, jobs: readonly RunFact[]): RunFact[] {
  const earlier = [...Map.groupBy(jobs, ({ attempt }) => attempt)].filter(([attempt]) => attempt !== run.attempt)
  return [
    ...earlier.map(([attempt, own]): RunFact => {
      const facts = own.flatMap(job => job.jobs)
      const has = (conclusion: RunFact['conclusion']) => facts.some(fact => fact.conclusion === conclusion)
      return {
        ...run,
        attempt,
        conclusion: has('failure') ? 'failure' : has('cancelled') ? 'cancelled' : 'success',
        createdAt: facts.map(({ queuedAt }) => queuedAt).sort()[0] ?? run.createdAt,
        completedAt:
          facts
            .map(({ completedAt }) => completedAt)
            .sort()
            .at(-1) ?? run.completedAt,
        jobs: facts,
      }
    }),
    { ...run, jobs: jobs.filter(({ attempt }) => attempt === run.attempt).flatMap(job => job.jobs) },
  ]
}
