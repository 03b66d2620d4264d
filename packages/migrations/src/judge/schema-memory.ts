import type { Ast } from './ast.ts'

/** A column's type as a statement wrote it: `varchar` with its limit, `numeric` with precision and scale. */
export interface ColumnType {
  name: string
  limits: number[]
  isArray: boolean
}

export interface Code {
  language: string
  /** The text between its quotes. */
  body: string
}

export interface KnownFunction extends Code {
  /** Those of a body `begin atomic … end`. */
  statements: Ast[]
}

/** What statements made, as far as their text tells. */
export interface SchemaMemory {
  /** `TABLE sites`, `POLICY readers of sites`, … with what made them, to be compared. */
  things: Map<string, string>
  /** `sites.body` */
  columns: Map<string, ColumnType>
  functions: Map<string, KnownFunction>
  /** Names of indexes and constraints that keep values unique: `on conflict` rests on them. */
  uniques: Set<string>
}

export const emptyMemory = (): SchemaMemory => ({
  things: new Map(),
  columns: new Map(),
  functions: new Map(),
  uniques: new Set(),
})

/** What a statement is judged by. */
export interface Moment {
  /** What the migrations before made: what the release that serves may use. */
  known: SchemaMemory
  /** What this migration made itself: taking that away again, or narrowing it, harms nobody. */
  made: SchemaMemory
  /** What is there once it is through; null for what it took away. */
  after: { things: Map<string, string | null>; columns: Map<string, ColumnType | null> }
  /** Things that a statement of this migration makes. */
  later: ReadonlySet<string>
  /** Things that this migration took away to make them anew; true where it said `if exists`. */
  dropped: Map<string, boolean>
  /** Functions that are being looked into, so that one that calls itself ends. */
  inside: readonly string[]
}

export const momentAfter = (known: SchemaMemory, later: ReadonlySet<string>): Moment => ({
  known,
  made: emptyMemory(),
  after: { things: new Map(), columns: new Map() },
  later,
  dropped: new Map(),
  inside: [],
})

/** What the migrations up to and with this one made. */
export function endOf({ known, made, after }: Moment): SchemaMemory {
  return {
    things: merged(known.things, after.things),
    columns: merged(known.columns, after.columns),
    functions: new Map([...known.functions, ...made.functions]),
    uniques: new Set([...known.uniques, ...made.uniques]),
  }
}

function merged<Value>(before: Map<string, Value>, changes: Map<string, Value | null>): Map<string, Value> {
  const all = new Map(before)
  for (const [key, value] of changes) {
    if (value === null) all.delete(key)
    else all.set(key, value)
  }
  return all
}

export const isMade = ({ made }: Moment, thing: string): boolean => made.things.has(thing)
export const isNewTable = (moment: Moment, table: string): boolean => isMade(moment, `TABLE ${table}`)
export const isNewColumn = (moment: Moment, table: string, column: string): boolean =>
  isNewTable(moment, table) || moment.made.columns.has(`${table}.${column}`)
