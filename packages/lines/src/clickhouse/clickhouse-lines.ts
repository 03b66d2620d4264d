import { createHash, randomBytes } from 'node:crypto'
import {
  BarCount,
  type CountedLines,
  countRead,
  facetsRead,
  instantMs,
  instantOf,
  type KeepLines,
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
/** A line that is just being written is there within this time. */
const writeMs = 2_000
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
      const [clock] = await engine.rows<{ ms: number }>('select toUnixTimestamp64Milli(now64(3)) as ms')
      const found = await searchRead(linesOf(engine, project, search), search)
      return { ...found, cursor: String(Number(clock?.ms ?? 0) - writeMs) }
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
    forget: (project, keep) => forget(engine, project, keep),
    kept: async project => (await days(engine, project)).map(({ partition: _partition, ...day }) => day),
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
  for (let size = firstPage; ; size = Math.min(largestPage, size * 4)) {
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

interface StoredDay extends KeptDay {
  partition: string
  bytes: number
}

async function days(engine: Engine, project: string): Promise<StoredDay[]> {
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
  return found.map(({ day, lines, partition }) => {
    return { day, lines: Number(lines), bytes: bytesOf.get(partition) ?? 0, partition }
  })
}

/** Whole days: those before the first that is kept, then the oldest of what is too much. The last one stays. */
async function forget(engine: Engine, project: string, { since, bytes }: KeepLines): Promise<KeptDay[]> {
  const all = await days(engine, project)
  const firstKept = since.slice(0, 10)
  let size = all.reduce((sum, day) => sum + day.bytes, 0)
  const gone: KeptDay[] = []
  for (const [index, { partition, ...day }] of all.entries()) {
    const isTooMuch = bytes !== null && size > bytes && index < all.length - 1
    if (day.day >= firstKept && !isTooMuch) break
    await engine.run(`alter table ${table} drop partition id '${partition.replace(/[^\w-]/g, '')}'`)
    size -= day.bytes
    gone.push(day)
  }
  return gone
}
