import * as z from 'zod'
import { instantMs } from '../duration/instant.ts'
import type { LedgerRow } from '../ledger/ledger.ts'
import { shortSha } from '../words/short-sha.ts'

/** The rows of the ledger that figures of delivery are counted from. */
export const deliveryActs = [
  'deployment.requested',
  'deployment.live',
  'rollback.requested',
  'rollback.done',
  'incident.opened',
  'incident.reopened',
  'incident.resolved',
] as const satisfies readonly LedgerRow['action'][]

/** A commit that a deployment brought, and when it was made. */
const BroughtCommit = z.object({ sha: z.string(), at: z.iso.datetime() })

/** What a deployment changes, as the row of its request has it. */
export const BroughtChange = z.object({
  services: z
    .array(z.string())
    .default([])
    .describe('whose files, image or schema are others than those that served before'),
  commits: z
    .array(BroughtCommit)
    .default([])
    .describe('that what served before has not, at most 100; none where git cannot tell'),
})
export type BroughtChange = z.output<typeof BroughtChange>

const OfDeployment = z.looseObject({
  deployment: z.string(),
  release: z.string(),
  environment: z.string(),
  settled: z.array(z.string()).default([]),
})
const OfIncident = z.looseObject({
  incident: z.int(),
  environment: z.string(),
  service: z.string().nullable(),
  release: z.string().nullable(),
})

/** Why a change counts as failed. */
export interface ChangeFailure {
  /** Since when it was known. */
  since: string
  /** When it was over; null: it is not. */
  until: string | null
  text: string
  /** The row that says it. */
  seq: number
}

/** A release that went live, and what became of it. */
export interface DeliveredChange extends BroughtChange {
  /** The row that says it went live. */
  seq: number
  at: string
  release: string
  failure: ChangeFailure | null
}

/** What happened in one environment, oldest first. */
export interface DeliveryRecord {
  changes: DeliveredChange[]
  rollbacks: RecordedRollback[]
  incidents: RecordedIncident[]
}

export interface RecordedRollback {
  seq: number
  at: string
  release: string
  settled: string[]
  services: string[]
}

export interface RecordedIncident {
  seq: number
  at: string
  incident: number
  service: string | null
  release: string | null
  resolvedAt: string | null
}

/** Reads rows of the ledger, oldest first. A row that says too little, such as one of an older Gantry, counts for nothing. */
export function deliveryRecord(rows: readonly LedgerRow[], environment: string): DeliveryRecord {
  const asked = new Map<string, BroughtChange>()
  const rollbacks: RecordedRollback[] = []
  const wentLive: (Omit<DeliveredChange, 'failure'> & { deployment: string })[] = []
  const incidents = incidentsIn(rows, environment)
  for (const { action, evidence, seq, at } of rows) {
    const { data: said } = OfDeployment.safeParse(evidence)
    if (said?.environment !== environment) continue
    const { deployment, release, settled } = said
    if (action === 'deployment.requested' || action === 'rollback.requested')
      asked.set(deployment, BroughtChange.safeParse(evidence).data ?? nothing)
    const brought = asked.get(deployment) ?? nothing
    if (action === 'deployment.live') wentLive.push({ deployment, seq, at, release, ...brought })
    if (action === 'rollback.done') rollbacks.push({ seq, at, release, settled, services: brought.services })
  }
  return {
    changes: wentLive.map(({ deployment, ...change }) => ({
      ...change,
      failure: failureOf(
        change,
        rollbacks.find(({ settled }) => settled.includes(deployment)),
        incidents.find(incident => wentLiveBefore(incident, wentLive)?.seq === change.seq),
      ),
    })),
    rollbacks,
    incidents,
  }
}

const nothing: BroughtChange = { services: [], commits: [] }

/** By its number: opened once, and over when it was resolved last, unless it came back after that. */
function incidentsIn(rows: readonly LedgerRow[], environment: string): RecordedIncident[] {
  const known = new Map<number, RecordedIncident>()
  for (const { action, evidence, seq, at } of rows) {
    if (!action.startsWith('incident.')) continue
    const { data: said } = OfIncident.safeParse(evidence)
    if (said?.environment !== environment) continue
    const { incident, service, release } = said
    const before = known.get(incident)
    if (action === 'incident.opened') known.set(incident, { seq, at, incident, service, release, resolvedAt: null })
    if (before && action === 'incident.resolved') known.set(incident, { ...before, resolvedAt: at })
    if (before && action === 'incident.reopened') known.set(incident, { ...before, resolvedAt: null })
  }
  return [...known.values()]
}

/** A release may go live more than once: an incident is laid to the last time before it. */
const wentLiveBefore = <Change extends Pick<DeliveredChange, 'release' | 'at'>>(
  { release, at }: RecordedIncident,
  changes: readonly Change[],
): Change | undefined => changes.findLast(change => change.release === release && instantMs(change.at) <= instantMs(at))

function failureOf(
  { release, at, seq }: Pick<DeliveredChange, 'release' | 'at' | 'seq'>,
  undone: RecordedRollback | undefined,
  incident: RecordedIncident | undefined,
): ChangeFailure | null {
  if (!incident && !undone) return null
  const ends = [undone?.at, incident?.resolvedAt].flatMap(end => end ?? []).toSorted()
  return {
    since: incident?.at ?? at,
    until: ends[0] ?? null,
    text: `${shortSha(release)} ${undone ? 'was rolled back' : `is what incident ${incident?.incident} is laid to`}`,
    seq: undone?.seq ?? incident?.seq ?? seq,
  }
}
