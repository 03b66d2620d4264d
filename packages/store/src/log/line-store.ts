import { randomBytes } from 'node:crypto'
import {
  BarCount,
  countRead,
  type FoundLines,
  facetsRead,
  instantMs,
  instantOf,
  isErrorLine,
  isOfLabels,
  type KeptDay,
  type LineRange,
  type LineSearch,
  type LineStore,
  type LinesRead,
  lineIds,
  lineMatcher,
  type NewLine,
  type ServiceLine,
  searchRead,
  toldUntil,
} from '@gantry/core'
import { sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import { storableJson } from '../database/values.ts'
import { type LineRow, levels, lineOf } from './line-row.ts'
import { matching } from './matching.ts'

/** What may be read before a search answers with what it has. */
const budgetMs = 2_000
const rowsAtOnce = 1_000
const dayMs = 86_400_000
const insertLines = 'insert into gantry.lines'

/**
 * Log lines in Postgres, for servers that work side by side: each finds what any of them took, and none has a disk of its own
 * that has to last. The index narrows by words; each line is then judged as in every other store.
 */
export function lineStore(database: Database): LineStore {
  return {
    append: lines => append(database, lines),
    search: (project, search) => searchLines(database, project, search),
    find: (project, id) => findLine(database, project, id),
    histogram: (project, range, barMs) =>
      isOfLabels(range.term)
        ? countByLabels(database, project, range, barMs)
        : countRead(linesOf(database, project, range), range, barMs),
    facets: (project, range) => facetsRead(linesOf(database, project, range), range),
    async forget(project, days) {
      const gone: KeptDay[] = []
      for (const day of days) {
        const lines = await forgetDay(database, project, day)
        if (lines > 0) gone.push({ ...day, lines })
      }
      return gone
    },
    kept: project => keptDays(database, project),
    close: async () => undefined,
  }
}

const newId = lineIds(randomBytes(3).toString('hex'), () => Date.now())

async function append({ kysely: db }: Database, lines: readonly NewLine[]): Promise<void> {
  if (lines.length === 0) return
  const fields = `[${lines.map(line => storableJson(line.fields)).join()}]`
  await sql`
    ${sql.raw(insertLines)} (project, id, environment, release, service, at, level, message, trace_id, fields, arrived)
    select *, clock_timestamp() from rows from (
      unnest(${lines.map(line => line.project)}::text[]), unnest(${lines.map(line => newId(instantMs(line.at)))}::text[]),
      unnest(${lines.map(line => line.environment)}::text[]), unnest(${lines.map(line => line.release)}::text[]),
      unnest(${lines.map(line => line.service)}::text[]), unnest(${lines.map(line => line.at)}::timestamptz[]),
      unnest(${lines.map(line => levels.indexOf(line.level))}::smallint[]),
      unnest(${lines.map(line => line.message)}::text[]), unnest(${lines.map(line => line.trace)}::text[]),
      json_array_elements(${fields}::json)) as added`.execute(db)
}

async function searchLines(database: Database, project: string, search: LineSearch): Promise<FoundLines> {
  const cursor = await cursorOf(database)
  return { ...(await searchRead(linesOf(database, project, search), search)), cursor }
}

/**
 * Asked before lines are read: what was committed by then is read, and what begins to be written later has later lines. The clock is read
 * before the writes are: a subquery runs when it is met.
 */
async function cursorOf({ kysely: db }: Database): Promise<string> {
  const { rows } = await sql<{ now: number; began: number | null }>`
    select (extract(epoch from clock_timestamp()) * 1000)::float8 as now,
      (select (extract(epoch from min(xact_start)) * 1000)::float8 from pg_stat_activity
        where datname = current_database() and backend_xid is not null
          and position(${insertLines} in query) > 0) as began`.execute(db)
  const [clock] = rows
  return toldUntil(clock?.now ?? 0, clock?.began ?? null)
}

/** What may match, page by page, from the newest on; null when that took too long, and there is more. */
async function* linesOf(database: Database, project: string, search: LineSearch): LinesRead {
  const isForward = search.after !== undefined
  const untilMs = performance.now() + budgetMs
  // One more tells whether there are more.
  const most = Math.max(rowsAtOnce, (search.limit ?? 0) + 1)
  let asked = search
  for (;;) {
    const { rows } = await sql<LineRow>`
      select * from gantry.lines where ${matching(project, asked)}
      order by id ${isForward ? sql`asc` : sql`desc`} limit ${most}`.execute(database.kysely)
    for (const row of rows) yield lineOf(row)
    const last = rows.at(-1)
    if (last === undefined || rows.length < most) return
    asked = { ...asked, ...(isForward ? { after: last.id } : { before: last.id }) }
    if (performance.now() > untilMs) yield null
  }
}

/** Counted and deleted by one statement, so as they were at one moment: what comes meanwhile stays. Answers how many went. */
async function forgetDay({ kysely: db }: Database, project: string, { day, lines }: KeptDay): Promise<number> {
  const from = `${day}T00:00:00.000Z`
  const own = matching(project, { term: null, from, to: instantOf(instantMs(from) + dayMs) })
  const { numAffectedRows = 0n } = await sql`
    delete from gantry.lines where ${own} and (select count(*) from gantry.lines where ${own}) <= ${lines}`.execute(db)
  return Number(numAffectedRows)
}

async function findLine({ kysely: db }: Database, project: string, id: string): Promise<ServiceLine | null> {
  const { rows } = await sql<LineRow>`select * from gantry.lines where project = ${project} and id = ${id}`.execute(db)
  return rows[0] ? lineOf(rows[0]) : null
}

async function countByLabels({ kysely: db }: Database, project: string, range: LineRange, barMs: number) {
  const { rows } = await sql<Omit<LineRow, 'message'> & { count: number }>`
    select date_bin(${barMs}::float8 * interval '1 millisecond', at, timestamptz 'epoch') as at,
      service, environment, release, level, count(*) as count
    from gantry.lines where ${matching(project, range)} group by 1, 2, 3, 4, 5`.execute(db)
  const matches = lineMatcher(range.term)
  const bars = new BarCount(barMs)
  for (const { count, ...row } of rows) {
    const line = lineOf({ ...row, message: '', fields: {}, trace_id: null })
    if (matches(line)) bars.add(instantMs(line.at), Number(count), isErrorLine(line) ? Number(count) : 0)
  }
  return { bars: bars.all(), countedFrom: null }
}

async function keptDays({ kysely: db }: Database, project: string) {
  const { rows } = await sql<{ day: string; lines: number }>`
    select to_char(at at time zone 'UTC', 'YYYY-MM-DD') as day, count(*) as lines
    from gantry.lines where project = ${project} group by 1 order by 1`.execute(db)
  return rows.map(({ day, lines }) => ({ day, lines: Number(lines), bytes: null }))
}
