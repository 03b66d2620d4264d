import type { ReleaseSessionsIn, SessionShares } from '../api/release-sessions.ts'
import { counted } from './counted.ts'
import { percent } from './percent.ts'

type Kind = ReleaseSessionsIn['kind']

/** What one session of that kind is. */
const words: Readonly<Record<Kind, readonly [one: string, many: string]>> = {
  application: ['session', 'sessions'],
  request: ['request', 'requests'],
}

export const countedSessions = (count: number, kind: Kind): string => counted(count, ...words[kind])

/** `98.2 % of 1,204 sessions`; of none there is no share, and none is not all. */
export function crashFreeInWords({ sessions, crashFreeSessions }: SessionShares, kind: Kind): string {
  return sessions === 0 ? `no ${words[kind][0]}` : `${percent(crashFreeSessions)} of ${countedSessions(sessions, kind)}`
}

/** `97 % of 38 people`; clients of servers name nobody. */
export const crashFreePeopleInWords = ({ people, crashFreePeople }: SessionShares): string =>
  people === 0 ? 'nobody is named' : `${percent(crashFreePeople)} of ${counted(people, 'person', 'people')}`

/** What chance alone does once in a hundred times: https://en.wikipedia.org/wiki/Two-proportion_Z-test */
const telling = 2.58
/** Fewer crashes than these in all, or sessions on one side, and the test says nothing. */
const leastCrashes = 5
const leastSessions = 20
/** With so many on each side, what is no difference by the test is about the same. */
const enough = 100

/** Whether this release crashes more than the one before, as far as so many sessions can tell. */
export function sinceLiveInWords({ kind, sinceLive }: Pick<ReleaseSessionsIn, 'kind' | 'sinceLive'>): string | null {
  const former = sinceLive?.former
  if (!sinceLive || !former) return null
  const { own } = sinceLive
  const fewest = Math.min(own.sessions, former.sessions)
  if (fewest === 0) return 'nothing to compare'
  const crashes = own.crashed + former.crashed
  const score = crashes < leastCrashes || fewest < leastSessions ? 0 : difference(own, former)
  if (score > telling) return 'more crash than before'
  if (score < -telling) return 'fewer crash than before'
  if (fewest < enough) return `too few to tell: fewer than ${countedSessions(enough, kind)} on one side`
  return 'about as many crash as before'
}

/** Of the shares that crashed, in standard errors. More may have crashed than began within the time. */
function difference(own: SessionShares, former: SessionShares): number {
  const share = (of: SessionShares) => Math.min(1, of.crashed / of.sessions)
  const pooled = Math.min(1, (own.crashed + former.crashed) / (own.sessions + former.sessions))
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / own.sessions + 1 / former.sessions))
  return error === 0 ? 0 : (share(own) - share(former)) / error
}
