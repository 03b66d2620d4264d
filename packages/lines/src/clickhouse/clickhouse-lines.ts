import { createHash, randomBytes } from 'node:crypto'
import {
  BarCount,
  type CountedLines,
  countRead,
  facetsRead,
  instantMs,
  instantOf,
  type KeptDay,
  type LineRange,
  type LineSearch,
  type LineStore,
  type LinesRead,
  LogLevel,
  lineIds,
  type ServiceLine,
  searchRead,
  timePart,
  toldUntil,
} from '@gantry/core'
import { type Compiled, compileTerm } from '../index/compile-term.ts'
import { tokenOf } from '../index/index-text.ts'
import type { MovedLine } from '../moved-line.ts'
import { whereOf } from './conditions.ts'
import { type Engine, openEngine } from './engine.ts'
import { LineInserts, rowOf } from './insert-lines.ts'
import { columns, createTable, type StoredLine, table } from './table.ts'

/** What may be read before a search answers with what it has. */
const budgetMs = 2_000
const firstPage = 1_000
const largestPage = 32_000
const keys = { has: () => true, anywhere: (value: string) => [tokenOf('', value)] }

export interface ClickHouseLines extends LineStore {
  /** Takes lines of a project that lived elsewhere. Taken again, they are there once all the same. */
  moveIn(project: string, lines: readonly MovedLine[]): Promise<void>
}

/**
 * Log lines in ClickHouse, for servers that work side by side or years of lines. `url`: http(s)://user:password@host:8123/database
 * @throws GantryError LINES_UNREACHABLE
 */
export async function openClickHouseLines(url: string): Promise<ClickHouseLines> {
  const engine = openEngine(url)
  await engine.run(createTable)
  const inserts = new LineInserts(engine)
  const newId = lineIds(randomBytes(3).toString('hex'), () => Date.now())
  return {
    async append(lines) {
      if (lines.length > 0) await inserts.add(lines.map(line => rowOf(newId(instantMs(line.at)), line)))
    },
    async search(project, search) {
      const cursor = await cursorOf(engine)
      return { ...(await searchRead(linesOf(engine, project, search), search)), cursor }
    },
    async find(project, id) {
      const [row] = await engine.rows<StoredLine>(
        `select ${columns} from ${table} where project = {project:String} and id = {id:String} limit 1`,
        { project, id },
      )
      return row ? lineOf(project, row) : null
    },
    histogram: (project, range, barMs) => histogram(engine, project, range, barMs),
    facets: (project, range) => facetsRead(linesOf(engine, project, range), range),
    forget: (project, going) => forget(engine, project, going),
    kept: project => days(engine, project),
    async moveIn(project, lines) {
      const rows = lines.map(({ formerId, line }) => rowOf(`${timePart(instantMs(line.at))}-${formerId}`, line))
      const known = await engine.rows<{ id: string }>(
        `select id from ${table} where project = {project:String} and id in {ids:Array(String)}`,
        { project, ids: rows.map(({ id }) => id) },
      )
      const there = new Set(known.map(({ id }) => id))
      const missing = rows.filter(({ id }) => !there.has(id))
      // Servers that start together move the same lines: the second insert of the same ones is left out by its token.
      const token = createHash('sha256')
        .update(missing.map(({ id }) => id).join())
        .digest('hex')
      if (missing.length > 0) await engine.insert(table, missing, token)
    },
    close: () => engine.close(),
  }
}

/**
 * Asked before lines are read: an insert that is over by then is read, and one that begins later has later lines. The clock is that of the
 * beginning of this statement, so it is read before the inserts are.
 */
async function cursorOf(engine: Engine): Promise<string> {
  const [clock] = await engine.rows<{ ms: number; seconds: number }>(
    `select toUnixTimestamp64Milli(now64(3)) as ms, max(elapsed) as seconds from system.processes
    where query_kind = 'Insert' and current_database = currentDatabase() and position(query, '${table}') > 0`,
  )
  const nowMs = Number(clock?.ms ?? 0)
  return toldUntil(nowMs, nowMs - Number(clock?.seconds ?? 0) * 1_000)
}

const lineOf = (project: string, row: StoredLine): ServiceLine => ({
  ...{ id: row.id, project, environment: row.environment, release: row.release, service: row.service },
  at: instantOf(Number(row.ms)),
  level: LogLevel.options[row.level] ?? 'info',
  ...{ message: row.message, trace: row.trace, fields: JSON.parse(row.fields) as Record<string, unknown> },
})

/** What may match, page by page, from the newest on; null when that took too long, and there is more. */
async function* linesOf(engine: Engine, project: string, search: LineSearch): LinesRead {
  const compiled = compileTerm(search.term, keys)
  const direction = search.after === undefined ? 'desc' : 'asc'
  const untilMs = performance.now() + budgetMs
  let asked = search
  // One more tells whether there are more.
  for (let size = Math.max(firstPage, (search.limit ?? 0) + 1); ; size = Math.min(largestPage, size * 4)) {
    const { sql, values } = whereOf(project, compiled, asked)
    const rows = await engine.rows<StoredLine>(
      `select ${columns} from ${table} where ${sql} order by project ${direction}, id ${direction} limit ${size}`,
      values,
    )
    for (const row of rows) yield lineOf(project, row)
    const last = rows.at(-1)
    if (last === undefined || rows.length < size) return
    asked = { ...asked, ...(search.after === undefined ? { before: last.id } : { after: last.id }) }
    if (performance.now() > untilMs) yield null
  }
}

async function histogram(engine: Engine, project: string, range: LineRange, barMs: number): Promise<CountedLines> {
  const compiled = compileTerm(range.term, keys)
  return compiled.isExact
    ? countByEngine(engine, project, range, barMs, compiled)
    : countRead(linesOf(engine, project, range), range, barMs)
}

async function countByEngine(engine: Engine, project: string, range: LineRange, barMs: number, compiled: Compiled) {
  const { sql, values } = whereOf(project, compiled, range)
  const rows = await engine.rows<{ start: number; total: number; errors: number }>(
    `select intDiv(toUnixTimestamp64Milli(at), {bar:Int64}) * {bar:Int64} as start, count() as total,
      countIf(level >= ${LogLevel.options.indexOf('error')}) as errors
    from ${table} where ${sql} group by start`,
    { ...values, bar: barMs },
  )
  const bars = new BarCount(barMs)
  for (const { start, total, errors } of rows) bars.add(Number(start), Number(total), Number(errors))
  return { bars: bars.all(), countedFrom: null }
}

async function days(engine: Engine, project: string): Promise<KeptDay[]> {
  const found = await engine.rows<{ day: string; lines: number; partition: string }>(
    `select toString(toDate(at)) as day, count() as lines, _partition_id as partition
    from ${table} where project = {project:String} group by day, partition order by day`,
    { project },
  )
  const sizes = await engine.rows<{ partition: string; bytes: number }>(
    `select partition_id as partition, sum(bytes_on_disk) as bytes from system.parts
    where database = currentDatabase() and table = '${table}' and active group by partition_id`,
  )
  const bytesOf = new Map(sizes.map(({ partition, bytes }) => [partition, Number(bytes)]))
  return found.map(({ day, lines, partition }) => ({ day, lines: Number(lines), bytes: bytesOf.get(partition) ?? 0 }))
}

/**
 * Part by part as they were when they were counted, and not the partition: an insert that comes meanwhile is a part of its own, and
 * stays. One that was merged meanwhile is not there under its name, which the engine refuses: then the day stays until the next time.
 */
async function forget(engine: Engine, project: string, going: readonly KeptDay[]): Promise<KeptDay[]> {
  const gone: KeptDay[] = []
  for (const { day, lines: most, bytes } of going) {
    const parts = await engine.rows<{ part: string; lines: number }>(
      `select _part as part, count() as lines from ${table} where project = {project:String} and toDate(at) = {day:Date}
      group by part`,
      { project, day },
    )
    const lines = parts.reduce((sum, part) => sum + Number(part.lines), 0)
    if (parts.length === 0 || lines > most) continue
    for (const { part } of parts) await engine.run(`alter table ${table} drop part '${part.replace(/[^\w-]/g, '')}'`)
    gone.push({ day, lines, bytes })
  }
  return gone
}
