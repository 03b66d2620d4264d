import type { Deletion, RetentionStore } from '@gantry/core'
import { bytesOfSize, durationMs, type KeepConfig } from '@gantry/core/config'
import { type Database, forgetDays, forgetOld, type KeepDays, type KeepSince } from '@gantry/store'
import { type ForgetLinesParts, forgetLines } from '../lines/forget-lines.ts'

export interface ForgetParts extends Omit<ForgetLinesParts, 'note'> {
  database: Database
  retention: Pick<RetentionStore, 'note'>
}

interface KeptProject {
  name: string
  keep: KeepConfig
}

/** Deletes what is too old or too much of one project, but for its events, and notes what went. */
export async function forgetOldOf({ name, keep }: KeptProject, parts: ForgetParts): Promise<void> {
  const at = parts.now().toISOString()
  const gone = await forgetOld(parts.database, name, keepSince(keep, parts.now()))
  await parts.retention.note(
    name,
    gone.map(amount => ({ ...amount, why: 'age' as const, exports: [], at })),
  )
  await forgetLines(name, keep, { ...parts, note: deletion => parts.retention.note(name, [deletion]) })
}

/** Deletes the days of events that are too old or too much, of all projects together, and notes what went of each. */
export async function forgetEvents(kept: readonly KeptProject[], parts: ForgetParts): Promise<void> {
  const at = parts.now().toISOString()
  const days = new Map(kept.map(({ name, keep }) => [name, keepDays(keep, parts.now())]))
  const gone = await forgetDays(parts.database, days)
  for (const [project, theirs] of Map.groupBy(gone, each => each.project)) {
    const deletions = theirs.map(({ project: _project, ...amount }): Deletion => ({ ...amount, exports: [], at }))
    await parts.retention.note(project, deletions)
  }
}

const ago = (duration: string, now: Date) => new Date(now.getTime() - durationMs(duration)).toISOString()

const keepDays = ({ events, eventsSize }: KeepConfig, now: Date): KeepDays => ({
  since: ago(events, now),
  bytes: eventsSize === undefined ? null : bytesOfSize(eventsSize),
})

/** Counts are small, and are drawn over so many days. */
const leastSpread = '90d'

const keepSince = (keep: KeepConfig, now: Date): KeepSince => ({
  events: ago(keep.events, now),
  spread: [ago(keep.events, now), ago(leastSpread, now)].toSorted()[0] ?? ago(leastSpread, now),
  checks: ago(keep.checks, now),
  traffic: ago(keep.traffic, now),
  runLogs: ago(keep.runs, now),
  notices: ago(keep.notices, now),
  ...(keep.attachments !== undefined && { attachments: ago(keep.attachments, now) }),
  ...(keep.spans !== undefined && { spans: ago(keep.spans, now) }),
  ...(keep.sessions !== undefined && { sessions: ago(keep.sessions, now) }),
})
