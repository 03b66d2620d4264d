import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { LineTerm, SearchedLine, ServiceLine } from '@gantry/core'
import { type Compiled, compileTerm } from '../index/compile-term.ts'
import { tokenOf } from '../index/index-text.ts'
import { type Label, type LabelRow, labelOf } from './day-file.ts'
import { ReadShapes } from './field-shapes.ts'
import { fts5Match } from './fts5-match.ts'
import { dayStart, idOf, rowsOfMs } from './position.ts'

/** Rows of a file, both ends included. */
export interface RowRange {
  first: number
  last: number
}

/** Reads the file of one day, while another thread may write it. */
export class DayReader {
  readonly day: string
  readonly start: number
  readonly database: DatabaseSync
  readonly shapes: ReadShapes
  #labels = new Map<number, Label>()

  constructor(database: DatabaseSync, day: string) {
    this.day = day
    this.start = dayStart(day)
    this.database = database
    this.shapes = new ReadShapes(database)
    this.database.exec('pragma cache_size = -16000')
  }

  close(): void {
    this.database.close()
  }

  compile(term: LineTerm | null): Compiled {
    const keys = new Set(
      this.database
        .prepare('select name from keys')
        .all()
        .map(row => String(row['name'])),
    )
    return compileTerm(term, {
      has: name => keys.has(name),
      anywhere: value => [...keys].map(name => tokenOf(name, value)),
    })
  }

  /** Each row that the index finds, in order; nothing but what is looked at is read of it. */
  *rows({ match }: Compiled, { first, last }: RowRange, direction: 'asc' | 'desc'): Generator<DayRow> {
    const order = `order by lines.id ${direction}`
    const found =
      match === null
        ? this.#reading(`lines where lines.id between ? and ? ${order}`).iterate(first, last)
        : this.#reading(
            `words cross join lines on lines.id = words.rowid
            where words match ? and words.rowid between ? and ? order by words.rowid ${direction}`,
          ).iterate(fts5Match(match), first, last)
    for (const row of found) yield new DayRow(row as unknown as StoredRow, this)
  }

  /** Rows as lists: to make an object of each took as long as to find it. */
  #reading(from: string): StatementSync {
    const statement = this.database.prepare(`select ${columns} from ${from}`)
    statement.setReturnArrays(true)
    return statement
  }

  /** From its first line to behind its last; lines of one moment may stand behind it. Null: it holds none. */
  extent(): { from: number; to: number } | null {
    const found = this.database.prepare('select min(id) as first, max(id) as last from lines').get()
    if (found?.['last'] === null || found?.['last'] === undefined) return null
    const msOf = (row: unknown) => this.start + Math.floor(Number(row) / rowsOfMs)
    return { from: msOf(found['first']), to: msOf(found['last']) + 1 }
  }

  row(row: number): DayRow | null {
    const found = this.#reading('lines where lines.id = ?').get(row)
    return found ? new DayRow(found as unknown as StoredRow, this) : null
  }

  label(id: number): Label {
    let known = this.#labels.get(id)
    if (known === undefined) {
      this.#labels = this.labels()
      known = this.#labels.get(id)
    }
    if (known === undefined) throw new Error(`the lines of ${this.day} name a label ${id} that is not there`)
    return known
  }

  labels(): Map<number, Label> {
    const rows = this.database.prepare('select * from labels').all() as unknown as LabelRow[]
    return new Map(rows.map(row => [row.id, labelOf(row)]))
  }
}

const columns = 'lines.id, label, late, shift, trace, message, fields'
type StoredRow = readonly [
  id: number,
  label: number,
  late: number,
  shift: number,
  trace: string | null,
  message: string,
  fields: string | null,
]

/** A line where it is stored: what a search does not ask for is never parsed. */
export class DayRow implements SearchedLine {
  readonly ms: number
  readonly #row: StoredRow
  readonly #file: DayReader
  readonly #label: Label
  #fields: Record<string, unknown> | undefined

  constructor(row: StoredRow, file: DayReader) {
    const [id, label, , shift] = row
    this.#row = row
    this.#file = file
    this.#label = file.label(label)
    this.ms = file.start + Math.floor(id / rowsOfMs) - shift
  }

  get id(): string {
    return idOf({ day: this.#file.day, row: this.#row[0] })
  }
  /** When it came, as whoever wrote it counts. */
  get arrived(): number {
    return this.ms + this.#row[2]
  }
  get at(): string {
    return new Date(this.ms).toISOString()
  }
  get service(): string {
    return this.#label.service
  }
  get environment(): string {
    return this.#label.environment
  }
  get release(): string | null {
    return this.#label.release
  }
  get level(): Label['level'] {
    return this.#label.level
  }
  get message(): string {
    return this.#row[5]
  }
  get trace(): string | null {
    return this.#row[4]
  }
  get fields(): Record<string, unknown> {
    this.#fields ??= this.#file.shapes.fieldsIn(this.#row[6])
    return this.#fields
  }

  whole(project: string): ServiceLine {
    const { id, at, service, environment, release, level, message, trace, fields } = this
    return { id, project, environment, release, service, at, level, message, trace, fields }
  }
}
