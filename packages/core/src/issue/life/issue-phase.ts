import { instantMs } from '../../duration/instant.ts'
import type { IssueLife } from './issue-life.ts'

/** What an open issue is to whoever looks: for a week it is new, or it came back. */
export const freshMs = 7 * 86_400_000
export type IssuePhase = 'new' | 'ongoing' | 'regressed'

export function phaseOf(issue: Pick<IssueLife, 'state' | 'regressedAt'> & { firstSeen: string }, now: string) {
  if (issue.state !== 'open') return null
  const isFresh = (at: string | null) => at !== null && instantMs(now) - instantMs(at) < freshMs
  if (isFresh(issue.regressedAt)) return 'regressed'
  return isFresh(issue.firstSeen) ? 'new' : 'ongoing'
}

/** Of each issue: the newest half of them is held against the half before. */
export const eventsCompared = 100
const leastCompared = 20
const timesFaster = 3
const lastsMs = 86_400_000

/**
 * Whether events come three times faster than those before them did, by their times, the newest first. With twenty steady events that
 * is so by chance for one issue in a hundred, with a hundred for none.
 */
export function isGoingUp(newest: readonly string[], now: string): boolean {
  if (newest.length < leastCompared) return false
  const half = Math.floor(newest.length / 2)
  const [middleMs, oldestMs] = [newest[half - 1], newest[2 * half - 1]].map(at => instantMs(at ?? now))
  if (middleMs === undefined || oldestMs === undefined) return false
  const recentMs = Math.max(1, instantMs(now) - middleMs)
  return recentMs < lastsMs && middleMs - oldestMs > recentMs * timesFaster
}
