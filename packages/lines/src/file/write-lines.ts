import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { LogLevel, type NewLine } from '@gantry/core'
import { indexText, mostKeys } from '../index/index-text.ts'
import { WrittenShapes } from './field-shapes.ts'
import { dayMs, dayStart, rowsOfMs } from './position.ts'
import { countSteps } from './schema.ts'

/** How many milliseconds are remembered with the places that are taken in them. */
const mostRemembered = 100_000

const rowsOfDay = dayMs * rowsOfMs

/** Writes the lines of one day. All of a call are there when it answers, or none. */
export class DayWriter {
  readonly #database: DatabaseSync
  readonly #start: number
  readonly #labels = new Map<string, number>()
  readonly #keys = new Set<string>()
  readonly #shapes: WrittenShapes
  /** The next place within a millisecond. What is not known is asked of the file when a place turns out to be taken. */
  readonly #next = new Map<number, number>()
  #lastFree: number | null = null
  readonly #insertLine: StatementSync
  readonly #insertWords: StatementSync
  readonly #addCount: StatementSync

  constructor(database: DatabaseSync, day: string) {
    this.#database = database
    this.#start = dayStart(day)
    this.#shapes = new WrittenShapes(database)
    this.#insertLine = database.prepare(
      'insert or ignore into lines (id, label, late, shift, trace, message, fields) values (?, ?, ?, ?, ?, ?, ?)',
    )
    this.#insertWords = database.prepare('insert into words (rowid, text) values (?, ?)')
    this.#addCount = database.prepare(`
      insert into counts (step, slot, label, lines) values (?, ?, ?, ?)
      on conflict do update set lines = lines + excluded.lines`)
    this.#readKnown()
  }

  /** `arrived`: when they came, in milliseconds. `mark` is kept with them, and can be read to see that they were written. */
  write(lines: readonly NewLine[], arrived: number, mark?: { name: string; value: string }): void {
    this.#database.exec('begin immediate')
    try {
      const counts = new Map<string, number>()
      for (const { line, ms } of byTime(lines)) this.#writeLine(line, ms, arrived, counts)
      for (const [key, count] of counts) {
        const [step = '', slot = '', label = ''] = key.split('|')
        this.#addCount.run(Number(step), Number(slot), Number(label), count)
      }
      if (mark) this.#database.prepare('insert or replace into meta values (?, ?)').run(mark.name, mark.value)
      this.#database.exec('commit')
    } catch (cause) {
      // A full disk has rolled it back already.
      if (this.#database.isTransaction) this.#database.exec('rollback')
      // What was remembered may have gone with it.
      this.#labels.clear()
      this.#keys.clear()
      this.#readKnown()
      this.#shapes.readKnown()
      throw cause
    }
  }

  mark(name: string): string | null {
    const row = this.#database.prepare('select value from meta where name = ?').get(name)
    return row ? String(row['value']) : null
  }

  close(): void {
    this.#database.close()
  }

  #readKnown(): void {
    for (const row of this.#database.prepare('select * from labels').all())
      this.#labels.set(
        `${row['service']}\n${row['environment']}\n${row['release']}\n${row['level']}`,
        Number(row['id']),
      )
    for (const row of this.#database.prepare('select name from keys').all()) this.#keys.add(String(row['name']))
  }

  #writeLine(line: NewLine, ms: number, arrived: number, counts: Map<string, number>): void {
    const label = this.#labelOf(line)
    const within = ms - this.#start
    const fields = this.#shapes.written(line.fields)
    const row = this.#place(within, row => {
      const shift = Math.floor(row / rowsOfMs) - within
      const { changes } = this.#insertLine.run(row, label, arrived - ms, shift, line.trace, line.message, fields)
      return changes === 1
    })
    this.#insertWords.run(row, indexText(line, { has: this.#isKey, isAnywhere: false }))
    for (const step of countSteps) {
      const key = `${step}|${Math.floor(within / step)}|${label}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
  }

  /** Finds a free place at that millisecond or behind it. */
  #place(within: number, take: (row: number) => boolean): number {
    let row = within * rowsOfMs + (this.#next.get(within) ?? 0)
    while (row >= rowsOfDay || !take(row)) {
      if (row >= rowsOfDay) return this.#placeBefore(take)
      const taken = this.#database
        .prepare('select max(id) as last from lines where id >= ? and id < ?')
        .get(row, (Math.floor(row / rowsOfMs) + 1) * rowsOfMs)
      row = Number(taken?.['last'] ?? row) + 1
    }
    if (this.#next.size >= mostRemembered) this.#next.clear()
    this.#next.set(within, row - within * rowsOfMs + 1)
    return row
  }

  /** Behind the last place of a day is another day: the last one that is free is looked up once, and then counted down. */
  #placeBefore(take: (row: number) => boolean): number {
    let row = this.#lastFree ?? this.#findLastFree()
    while (!take(row)) row--
    this.#lastFree = row - 1
    return row
  }

  #findLastFree(): number {
    let free = rowsOfDay - 1
    for (const { id } of this.#database.prepare('select id from lines order by id desc').iterate()) {
      if (Number(id) < free) break
      free = Number(id) - 1
    }
    return free
  }

  #labelOf({ service, environment, release, level }: NewLine): number {
    const number = LogLevel.options.indexOf(level)
    const key = `${service}\n${environment}\n${release ?? ''}\n${number}`
    const known = this.#labels.get(key)
    if (known !== undefined) return known
    const { lastInsertRowid } = this.#database
      .prepare('insert into labels (service, environment, release, level) values (?, ?, ?, ?)')
      .run(service, environment, release ?? '', number)
    this.#labels.set(key, Number(lastInsertRowid))
    return Number(lastInsertRowid)
  }

  readonly #isKey = (name: string): boolean => {
    if (this.#keys.has(name)) return true
    if (this.#keys.size >= mostKeys) return false
    this.#database.prepare('insert into keys (name) values (?)').run(name)
    this.#keys.add(name)
    return true
  }
}

function byTime(lines: readonly NewLine[]): { line: NewLine; ms: number }[] {
  return lines.map(line => ({ line, ms: Date.parse(line.at) })).sort((a, b) => a.ms - b.ms)
}
