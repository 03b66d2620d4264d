import type { IssueStore } from '@gantry/core'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import type { Schema } from '../database/schema.ts'
import type { IssueGroup } from './issue-groups.ts'

/** Counts events by when they happened, where and with which release. The caller holds the lock of their projects. */
export async function addSpread(db: Kysely<Schema>, groups: IssueGroup[]): Promise<void> {
  const rows = groups.flatMap(({ project, issueId, spread: own }) => own.map(row => ({ project, issueId, ...row })))
  if (rows.length === 0) return
  const column = <K extends keyof (typeof rows)[number]>(name: K) => rows.map(row => row[name])
  await sql`
    insert into gantry.issue_spread as known (project, issue_id, at, environment, release, events, first_at, last_at)
    select * from unnest(${column('project')}::text[], ${column('issueId')}::text[], ${column('at')}::timestamptz[],
      ${column('environment')}::text[], ${column('release')}::text[], ${column('events')}::bigint[],
      ${column('firstAt')}::timestamptz[], ${column('lastAt')}::timestamptz[])
    on conflict (issue_id, at, environment, release) do update set
      events = known.events + excluded.events,
      first_at = least(known.first_at, excluded.first_at),
      last_at = greatest(known.last_at, excluded.last_at)`.execute(db)
}

/** More are seldom read; those with the fewest events are left out. */
const mostReleases = 200

/** `parts` selects the ids of the rows whose events are those of the issue. */
export async function spread(
  { kysely: db }: Database,
  parts: RawBuilder<unknown>,
  { until, bucketMs, buckets }: Parameters<IssueStore['spread']>[2],
): ReturnType<IssueStore['spread']> {
  const from = new Date(Date.parse(until) - bucketMs * buckets).toISOString()
  const { rows: cells } = await sql<{ bucket: number; environment: string; release: string; events: number }>`
    select floor(extract(epoch from at - ${from}::timestamptz) * 1000 / ${bucketMs}::float8)::int as bucket,
      environment, release, sum(events)::bigint as events
    from gantry.issue_spread where issue_id in (${parts}) and at >= ${from} and at < ${until}
    group by 1, 2, 3 order by 1, 2, 3`.execute(db)
  const { rows: releases } = await sql<{
    release: string
    environment: string
    events: number
    firstAt: string
    lastAt: string
  }>`
    select release, environment, sum(events)::bigint as events, min(first_at) as "firstAt", max(last_at) as "lastAt"
    from gantry.issue_spread where issue_id in (${parts}) group by 1, 2
    order by events desc, release, environment limit ${mostReleases}`.execute(db)
  const named = <T extends { release: string }>(row: T) => ({ ...row, release: row.release || null })
  return { cells: cells.map(named), releases: releases.map(named) }
}
