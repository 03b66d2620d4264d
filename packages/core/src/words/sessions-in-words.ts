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

/** Fewer say little: one crash more or less moves the share by more than what one would act on. */
const enough = 100

/** Whether this release crashes more than the one before, as far as so many sessions can tell. */
export function sinceLiveInWords({ kind, sinceLive }: Pick<ReleaseSessionsIn, 'kind' | 'sinceLive'>): string | null {
  const former = sinceLive?.former
  if (!sinceLive || !former) return null
  const { own } = sinceLive
  if (own.sessions === 0 || former.sessions === 0) return 'nothing to compare'
  if (Math.min(own.sessions, former.sessions) < enough)
    return `too few to tell: fewer than ${countedSessions(enough, kind)} on one side`
  const [before, after] = [former.crashFreeSessions ?? 0, own.crashFreeSessions ?? 0]
  const crashed = (share: number) => 1 - share
  if (crashed(after) > 2 * crashed(before) && before - after > 0.002) return 'more crash than before'
  if (crashed(before) > 2 * crashed(after) && after - before > 0.002) return 'fewer crash than before'
  return 'about as many crash as before'
}
