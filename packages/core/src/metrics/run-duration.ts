import { msBetween } from '../duration/instant.ts'
import type { RunFact } from './run-fact.ts'

/** Neither cancelled nor skipped. */
export const isDecided = ({ conclusion }: { conclusion: RunFact['conclusion'] }): boolean =>
  conclusion === 'success' || conclusion === 'failure'

/** Waiting for people is no part of it: jobs with an approval lie between their own start and end only. */
export function durationOf(run: RunFact): number {
  const ran = run.jobs.filter(job => job.startedAt !== null)
  const spans = ran.map(job => [job.startedAt ?? job.completedAt, job.completedAt] as const).sort()
  let total = 0
  let until = ''
  for (const [from, to] of spans) {
    const start = from > until ? from : until
    if (to > start) total += msBetween(start, to)
    if (to > until) until = to
  }
  return total
}
