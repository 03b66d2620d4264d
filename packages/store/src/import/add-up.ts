import { notAhead, originKey } from '@gantry/core'
import { type Kysely, sql } from 'kysely'
import type { Schema } from '../database/schema.ts'
import { storableJson } from '../database/values.ts'
import { rowsOf } from '../issue/life-rows.ts'
import { wholeIssues } from '../issue/whole-issue.ts'
import type { ImportBatch } from './import-batch.ts'
import type { Placement } from './place-issues.ts'

/** What the row of an issue counts more, since events of before are counted and not kept. */
interface Sum {
  events: number
  people: number
}

/**
 * A new issue counts what it counted there. One of here that was fed the same reports counts what was counted there, if that is more; one
 * that an import brought counts both, for they are two over there.
 */
export async function addUp(
  db: Kysely<Schema>,
  batch: ImportBatch,
  placements: readonly Placement[],
  firstSeen: ReadonlyMap<string, string>,
): Promise<void> {
  const roots = [...new Set(placements.map(({ root }) => root.id))]
  const whole = new Map((await wholeIssues(db, await rowsOf(db, batch.project, roots))).map(issue => [issue.id, issue]))
  const brought = new Set([...whole.values()].filter(({ imported }) => imported.length > 0).map(({ id }) => id))
  const sums = new Map<Placement, Sum>()
  for (const placement of placements) {
    const { issue, root, isNew, reports } = placement
    const own = {
      events: reports.length,
      people: new Set(reports.flatMap(({ packed }) => packed.event.user ?? [])).size,
    }
    const here = isNew || brought.has(root.id) ? own : (whole.get(root.id) ?? own)
    sums.set(placement, {
      events: Math.max(0, issue.events - here.events),
      people: Math.max(0, issue.people - here.people),
    })
    brought.add(root.id)
  }
  await note(db, batch, placements, { sums, firstSeen })
}

async function note(
  db: Kysely<Schema>,
  { project, importId, origin, at }: ImportBatch,
  placements: readonly Placement[],
  { sums, firstSeen }: { sums: ReadonlyMap<Placement, Sum>; firstSeen: ReadonlyMap<string, string> },
): Promise<void> {
  if (placements.length === 0) return
  const rows = placements.map(placement => ({
    ...{ project, origin: originKey(origin), source_id: placement.issue.sourceId, import_id: importId },
    ...{ issue_id: placement.root.id, service: origin.service, short_id: placement.issue.shortId },
    ...{ url: placement.issue.url, at, ...(sums.get(placement) ?? { events: 0, people: 0 }) },
    ...{ made: placement.made, event_ids: placement.reports.map(({ packed }) => packed.event.id) },
    former_first_seen: placement.isNew ? null : (firstSeen.get(placement.root.id) ?? null),
    first_seen: notAhead(placement.issue.firstSeen, at),
  }))
  const json = storableJson(rows)
  await sql`
    insert into gantry.imported_issues (project, origin, source_id, import_id, issue_id, service, short_id, url, at, events,
      people, made, event_ids, former_first_seen)
    select project, origin, source_id, import_id, issue_id, service, short_id, url, at, events, people, made, event_ids,
      former_first_seen
    from jsonb_to_recordset(${json}::jsonb) as added (project text, origin text, source_id text, import_id text,
      issue_id text, service text, short_id text, url text, at timestamptz, events bigint, people bigint, made text[],
      event_ids text[], former_first_seen timestamptz)`.execute(db)
  await sql`
    update gantry.issues set events = issues.events + added.events, people = issues.people + added.people,
      first_seen = least(issues.first_seen, added.first_seen)
    from (select issue_id, sum(events)::bigint as events, sum(people)::bigint as people, min(first_seen) as first_seen
      from jsonb_to_recordset(${json}::jsonb) as one (issue_id text, events bigint, people bigint, first_seen timestamptz)
      group by issue_id) as added
    where issues.id = added.issue_id`.execute(db)
}
