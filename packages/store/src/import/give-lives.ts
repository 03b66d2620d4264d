import { endOfMute, type IssueLife, notAhead } from '@gantry/core'
import { type Kysely, sql } from 'kysely'
import type { Schema } from '../database/schema.ts'
import { storableJson } from '../database/values.ts'
import { noteActs } from '../issue/life-rows.ts'
import type { ImportBatch } from './import-batch.ts'
import type { Placement } from './place-issues.ts'

/**
 * Names new issues as they were called there, and has them stand where they stood. An issue of here stays as people of here left it; but one
 * that another of the same import began is open when one of the two is.
 */
export async function giveLives(
  db: Kysely<Schema>,
  batch: ImportBatch,
  placements: readonly Placement[],
): Promise<void> {
  const begun = placements.filter(({ isNew }) => isNew)
  if (begun.length > 0) await name(db, batch, begun)
  const open = placements.filter(({ isNew, issue }) => !isNew && issue.state.to === 'open')
  if (open.length > 0)
    await sql`
      update gantry.issues set state = 'open', resolution = null, mute = null, version = version + 1
      where id = any(${open.map(({ root }) => root.id)}::text[]) and state <> 'open' and exists (
        select from gantry.imported_issues as brought where brought.issue_id = issues.id
          and brought.import_id = ${batch.importId} and issues.id = any(brought.made))
        and not exists (select from gantry.issue_acts as acts where acts.issue_id = issues.id
          and acts.kind not in ('imported', 'commented'))`.execute(db)
  await noteActs(
    db,
    batch.project,
    placements.flatMap(placement => actsOf(batch, placement)),
  )
}

async function name(db: Kysely<Schema>, { at }: ImportBatch, begun: readonly Placement[]): Promise<void> {
  const rows = begun.map(placement => {
    const { issue, root } = placement
    const { title, culprit, level } = issue
    const { regressedAt, ...life } = lifeOf(placement, at)
    const lastSeen = notAhead(issue.lastSeen, at)
    return { id: root.id, title, culprit, level, last_seen: lastSeen, regressed_at: regressedAt, ...life }
  })
  await sql`
    update gantry.issues set title = coalesce(nullif(named.title, ''), issues.title), level = named.level,
      culprit = coalesce(nullif(named.culprit, ''), issues.culprit), last_seen = greatest(issues.last_seen, named.last_seen),
      state = named.state, resolution = named.resolution, mute = named.mute, regressed_at = named.regressed_at,
      assignee = named.assignee
    from jsonb_to_recordset(${storableJson(rows)}::jsonb) as named (id text, title text, culprit text, level text,
      last_seen timestamptz, state text, resolution jsonb, mute jsonb, regressed_at timestamptz, assignee jsonb)
    where issues.id = named.id`.execute(db)
}

function lifeOf({ issue: { state, assignee, events } }: Placement, now: string): IssueLife {
  const rest = { resolution: null, mute: null, regressedAt: null, assignee }
  if (state.to === 'open') return { ...rest, state: 'open', regressedAt: state.regressedAt }
  if (state.to === 'archived') return { ...rest, state: 'archived' }
  if (state.to === 'resolved') {
    const { how, release } = state
    return { ...rest, state: 'resolved', resolution: { at: notAhead(state.at, now), how, release } }
  }
  const { until, moreEvents, rate } = state
  const mute = endOfMute({ until, events: moreEvents === null ? null : events + moreEvents, rate })
  return { ...rest, state: 'muted', mute }
}

/** What was said of it there, the oldest first; then that it came from there. */
function actsOf({ importId, at, origin }: ImportBatch, { issue, root }: Placement): Parameters<typeof noteActs>[2] {
  const said = issue.comments
    .map(({ by, text, at: saidAt }) => ({ by, text, at: notAhead(saidAt, at) }))
    .toSorted((a, b) => (a.at < b.at ? -1 : 1))
  const from = [issue.shortId ?? issue.sourceId, issue.url].filter(part => part !== null).join(' ')
  return [
    ...said.map(({ by, text, at: saidAt }) => ({
      ...{ id: root.id, kind: 'commented' as const, at: saidAt },
      body: { by: `${by} (${origin.service})`, text, import: importId },
    })),
    { id: root.id, kind: 'imported', at, body: { by: null, text: from, import: importId } },
  ]
}
