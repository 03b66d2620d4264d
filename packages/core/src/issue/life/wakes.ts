import { instantMs } from '../../duration/instant.ts'
import type { Mute, Resolution } from './issue-life.ts'
import { isNewerRelease, type ReleaseAge } from './release-order.ts'

/** One event, as far as it matters to an issue that rests. */
export interface SeenEvent {
  at: string
  release: ReleaseAge | null
}

/**
 * Whether an event shows that a resolved issue is not. One that happened before, or in a release older than the one it was mended
 * in, never does: clients send late, and former releases go on running.
 */
export function isRegression({ at, how, release }: Resolution, mended: ReleaseAge | null, event: SeenEvent): boolean {
  if (instantMs(event.at) <= instantMs(at)) return false
  if (mended === null || event.release === null) return how === 'now'
  if (event.release.name === release) return how !== 'in-next-release'
  return isNewerRelease(event.release, mended) || (how === 'now' && !isNewerRelease(mended, event.release))
}

/** What there is to know of a muted issue when events came. */
export interface MutedFacts {
  now: string
  events: number
  /** Within the time of its rate; null where it has none. */
  eventsWithin: number | null
}

/** Whether the silence is over. */
export function isOverdue({ until, events, rate }: Mute, facts: MutedFacts): boolean {
  if (until !== null && instantMs(facts.now) >= instantMs(until)) return true
  if (events !== null && facts.events >= events) return true
  return rate !== null && (facts.eventsWithin ?? 0) >= rate.events
}
