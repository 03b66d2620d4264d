import { instantMs } from '../duration/instant.ts'
import type { Fault } from './fault.ts'
import type { Incident } from './incident.ts'
import { isWithinQuietPeriod } from './incident-machine.ts'

/** Where a fault belongs. */
export type Place =
  /** The incident has this very report already. */
  | { kind: 'known'; incident: Incident }
  /** It shows again what the incident is about. */
  | { kind: 'again'; incident: Incident }
  /** Another sign of the same cause, while nobody has taken the incident yet. */
  | { kind: 'further-sign'; incident: Incident }
  /** The incident was resolved a moment ago, and is not over. */
  | { kind: 'reopens'; incident: Incident }
  /** A cause of its own. */
  | { kind: 'opens' }

/** Signs of one cause show within this time: windows of rules, the confirmations of a monitor, its `for`. */
const gatherMs = 2 * 60_000

/**
 * A fault joins an incident only when it is the same cause, as far as one can tell: the same rule on the same service,
 * or, in the first two minutes and before somebody took it, another sign of the same suspected release or service.
 * Everything else is a second cause, and so is what is graver than the incident: it gets an incident and pages of its own.
 * @param recent incidents of its environment that are open or were resolved lately, newest first
 */
export function placeFault(fault: Fault, recent: Incident[], now: string): Place {
  const known = recent.find(({ signs = [] }) => signs.some(({ of, rule }) => of === fault.of && rule === fault.rule))
  if (known) return { kind: 'known', incident: known }
  const open = recent.filter(({ state }) => state !== 'resolved')
  const again = open.find(incident => isSameCause(fault, incident))
  if (again) return { kind: 'again', incident: again }
  const gathering = open.find(incident => isFurtherSign(fault, incident, now))
  if (gathering) return { kind: 'further-sign', incident: gathering }
  const resolved = recent.filter(incident => incident.state === 'resolved' && isWithinQuietPeriod(incident, now))
  const back = resolved.find(incident => isSameCause(fault, incident))
  return back ? { kind: 'reopens', incident: back } : { kind: 'opens' }
}

/** A release that became a suspect since makes a new cause of what was seen before. */
function isSameCause(fault: Fault, incident: Incident): boolean {
  const { signs = [], release } = incident
  const isKnownSign = signs.some(({ rule, service }) => rule === fault.rule && service === fault.service)
  return isKnownSign && isNoGraver(fault, incident) && (fault.suspect === null || fault.suspect === release)
}

function isFurtherSign(fault: Fault, incident: Incident, now: string): boolean {
  const isGathering = incident.state === 'open' && instantMs(now) - instantMs(incident.openedAt) <= gatherMs
  const isRelated =
    fault.suspect === incident.release && (fault.suspect !== null || (fault.service ?? '') === incident.service)
  return isGathering && isRelated && isNoGraver(fault, incident)
}

const isNoGraver = (fault: Fault, incident: Incident): boolean => rank[fault.severity] <= rank[incident.severity]
const rank = { info: 0, warning: 1, critical: 2 } as const
