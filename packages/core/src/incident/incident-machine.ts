import { instantMs } from '../duration/instant.ts'
import { GantryError } from '../errors/gantry-error.ts'
import type { Incident, IncidentState } from './incident.ts'

/** Which state may follow which. `resolved` goes back to `open` only within the quiet period. */
export const incidentTransitions = {
  open: ['acknowledged', 'resolved'],
  acknowledged: ['resolved'],
  resolved: ['open'],
} as const satisfies Record<IncidentState, readonly IncidentState[]>

/** A fault that comes back this soon is the same incident. */
export const quietPeriodMs = 15 * 60_000

/** @throws GantryError ILLEGAL_TRANSITION */
export function moveIncident(incident: Incident, to: IncidentState, by: { actor: string; now: string }): Incident {
  const allowed: readonly IncidentState[] = incidentTransitions[incident.state]
  if (!allowed.includes(to)) {
    throw new GantryError(
      'ILLEGAL_TRANSITION',
      `incident ${incident.number} is ${incident.state}; it cannot become ${to}`,
      { from: incident.state, to },
    )
  }
  if (to === 'acknowledged') return { ...incident, state: to, acknowledgedAt: by.now, acknowledgedBy: by.actor }
  if (to === 'resolved') return { ...incident, state: to, resolvedAt: by.now, resolvedBy: by.actor }
  return { ...incident, state: to, acknowledgedAt: null, acknowledgedBy: null, resolvedAt: null, resolvedBy: null }
}

/** Whether a fault that shows now belongs to that incident, though it was resolved. */
export const isWithinQuietPeriod = (incident: Incident, now: string): boolean =>
  incident.resolvedAt !== null && instantMs(now) - instantMs(incident.resolvedAt) < quietPeriodMs
