import type { DatabaseSync } from 'node:sqlite'
import type { NewLine } from '@gantry/core'

type Fields = NewLine['fields']

/** How many shapes one file names; what comes behind them, as from names that hold ids, is written with its names. */
const mostShapes = 1_000
const longestNames = 2_000

/**
 * The names of fields are as long as their values, and the same for all lines of one logger: they are written once, and each line
 * has their number and a list of values, as in `7[200,"eu-1"]`. Else its fields are JSON as it is, which begins with a brace.
 */
export class WrittenShapes {
  readonly #database: DatabaseSync
  readonly #numbers = new Map<string, number>()

  constructor(database: DatabaseSync) {
    this.#database = database
    this.readKnown()
  }

  /** To be called when what was written may not be there after all. */
  readKnown(): void {
    this.#numbers.clear()
    for (const { id, names } of this.#database.prepare('select id, names from shapes').all())
      this.#numbers.set(String(names), Number(id))
  }

  /** As they are stored; null: there are none. */
  written(fields: Fields): string | null {
    const names = Object.keys(fields)
    if (names.length === 0) return null
    const values = Object.values(fields)
    // JSON leaves out a field that is nothing, and a list cannot.
    const number = values.includes(undefined) ? null : this.#numberOf(JSON.stringify(names))
    return number === null ? JSON.stringify(fields) : `${number}${JSON.stringify(values)}`
  }

  #numberOf(names: string): number | null {
    const known = this.#numbers.get(names)
    if (known !== undefined) return known
    if (this.#numbers.size >= mostShapes || names.length > longestNames) return null
    const { lastInsertRowid } = this.#database.prepare('insert into shapes (names) values (?)').run(names)
    this.#numbers.set(names, Number(lastInsertRowid))
    return Number(lastInsertRowid)
  }
}

/** Reads what `WrittenShapes` wrote, or who wrote files before it. */
export class ReadShapes {
  readonly #database: DatabaseSync
  readonly #names = new Map<number, readonly string[]>()

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  fieldsIn(stored: string | null): Fields {
    if (stored === null) return {}
    if (stored.startsWith('{')) return JSON.parse(stored) as Fields
    const list = stored.indexOf('[')
    const names = this.#namesOf(Number(stored.slice(0, list)))
    const values = JSON.parse(stored.slice(list)) as unknown[]
    // A plain object is made in a third of the time, but has that name already.
    if (names.includes('__proto__')) return Object.fromEntries(names.map((name, index) => [name, values[index]]))
    const fields: Fields = {}
    for (let index = 0; index < names.length; index++) fields[names[index] ?? ''] = values[index]
    return fields
  }

  #namesOf(number: number): readonly string[] {
    const known = this.#names.get(number)
    if (known !== undefined) return known
    const row = this.#database.prepare('select names from shapes where id = ?').get(number)
    if (row === undefined) throw new Error(`a line has fields of a shape ${number} that is not there`)
    const names = JSON.parse(String(row['names'])) as string[]
    this.#names.set(number, names)
    return names
  }
}
