import { type LineQuery, type LineStore, LogLevel, type ServiceLine } from '@gantry/core'
import { type RawBuilder, type Selectable, sql } from 'kysely'
import { containing } from '../database/containing.ts'
import type { Database } from '../database/opened-database.ts'
import type { Schema } from '../database/schema.ts'
import { storableJson } from '../database/values.ts'

const levels = LogLevel.options

export function lineStore(database: Database): LineStore {
  return {
    append: lines => append(database, lines),
    search: (project, query) => search(database, project, query),
    histogram: (project, query, bucketMs) => histogram(database, project, query, bucketMs),
  }
}

async function append({ kysely: db }: Database, lines: ServiceLine[]): Promise<void> {
  if (lines.length === 0) return
  const fields = `[${lines.map(line => storableJson(line.fields)).join()}]`
  await sql`
    insert into gantry.lines (project, id, environment, release, service, at, level, message, trace_id, fields)
    select * from rows from (
      unnest(${lines.map(line => line.project)}::text[]), unnest(${lines.map(line => line.id)}::text[]),
      unnest(${lines.map(line => line.environment)}::text[]), unnest(${lines.map(line => line.release)}::text[]),
      unnest(${lines.map(line => line.service)}::text[]), unnest(${lines.map(line => line.at)}::timestamptz[]),
      unnest(${lines.map(line => levels.indexOf(line.level))}::smallint[]),
      unnest(${lines.map(line => line.message)}::text[]), unnest(${lines.map(traceIdOf)}::text[]),
      json_array_elements(${fields}::json)) as added
    on conflict do nothing`.execute(db)
}

/** Where OpenTelemetry, pino and Sentry's loggers put it. Longer than 64 characters is not a trace id. */
function traceIdOf({ fields }: ServiceLine): string | null {
  const id = fields.traceId ?? fields.trace_id ?? fields['trace.id']
  return typeof id === 'string' && id !== '' && id.length <= 64 ? id : null
}

/** Reads backwards along the primary key and stops at `limit`. */
async function search(database: Database, project: string, query: LineQuery) {
  const limit = query.limit ?? 200
  const { rows } = await sql<Selectable<Schema['gantry.lines']>>`
    select * from gantry.lines where ${matching(project, query)}
    order by id desc limit ${limit + 1}`.execute(database.kysely)
  return { lines: rows.slice(0, limit).map(lineOf).reverse(), hasMore: rows.length > limit }
}

/**
 * Counts what is searched, whichever page of it is asked for. Buckets are aligned to the epoch, so that the same bucket has
 * the same start whatever the window is.
 */
async function histogram(database: Database, project: string, query: LineQuery, bucketMs: number) {
  const { before: _before, after: _after, ...searched } = query
  const { rows } = await sql<{ at: string; total: number; errors: number }>`
    select date_bin(${bucketMs}::float8 * interval '1 millisecond', at, timestamptz 'epoch') as at,
      count(*) as total, count(*) filter (where level >= ${levels.indexOf('error')}) as errors
    from gantry.lines where ${matching(project, searched)}
    group by 1 order by 1`.execute(database.kysely)
  return rows
}

function matching(project: string, query: LineQuery): RawBuilder<unknown> {
  const { text, service, environment, release, level, traceId, from, to, before, after } = query
  const conditions = [sql`project = ${project}`]
  if (environment !== undefined) conditions.push(sql`environment = ${environment}`)
  if (service !== undefined) conditions.push(sql`service = ${service}`)
  if (release !== undefined) conditions.push(sql`release = ${release}`)
  if (level !== undefined) conditions.push(sql`level >= ${levels.indexOf(level)}`)
  if (traceId !== undefined) conditions.push(sql`trace_id = ${traceId}`)
  if (from !== undefined) conditions.push(sql`at >= ${from}`)
  if (to !== undefined) conditions.push(sql`at < ${to}`)
  if (before !== undefined) conditions.push(sql`id < ${before}`)
  if (after !== undefined) conditions.push(sql`id > ${after}`)
  if (text) conditions.push(sql`message ilike ${containing(text)}`)
  return sql.join(conditions, sql` and `)
}

const lineOf = (row: Selectable<Schema['gantry.lines']>): ServiceLine => ({
  id: row.id,
  project: row.project,
  environment: row.environment,
  release: row.release,
  service: row.service,
  at: row.at,
  level: levels[row.level] ?? 'info',
  message: row.message,
  fields: row.fields,
})
