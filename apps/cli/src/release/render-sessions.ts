import {
  countedSessions,
  crashFreeInWords,
  crashFreePeopleInWords,
  percent,
  shortSha,
  sinceLiveInWords,
} from '@gantry/core'
import type { ReleaseSessions, ReleaseSessionsIn } from '@gantry/core/api'
import { ago } from '../terminal/ago.ts'

/** How the sessions of a release went, each number with how many are behind it. */
export function renderSessions({ environments, names }: ReleaseSessions, now: Date): string[] {
  if (environments.length === 0)
    return [`no session of it was told: clients have to name their release ${names.map(shortSha).join(' or ')}`]
  return environments.flatMap(own => [
    `${own.environment}, ${own.kind === 'request' ? 'requests that servers answered' : 'sessions'}`,
    `  without a crash: ${crashFreeInWords(own, own.kind)}; ${crashFreePeopleInWords(own)}`,
    `  of what began there in 24 h: ${adoptionOf(own)}`,
    ...sinceLiveOf(own, now),
  ])
}

const adoptionOf = ({ adoption: { sessions, of, share }, kind }: ReleaseSessionsIn): string =>
  of === 0 ? 'nothing began' : `${percent(share)}, ${sessions.toLocaleString('en-GB')} of ${countedSessions(of, kind)}`

function sinceLiveOf(own: ReleaseSessionsIn, now: Date): string[] {
  const { sinceLive, kind } = own
  if (!sinceLive) return []
  const { former } = sinceLive
  const beside = former
    ? `; ${shortSha(former.release)} before it: ${crashFreeInWords(former, kind)}: ${sinceLiveInWords(own)}`
    : ''
  return [`  since it went live ${ago(sinceLive.at, now)}: ${crashFreeInWords(sinceLive.own, kind)}${beside}`]
}
