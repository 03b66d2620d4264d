import type { Bar } from './histogram.ts'
import type { LineTerm } from './query/line-term.ts'
import type { NewLine, ServiceLine } from './service-line.ts'

/** Lines that came in later than this after their time are not told of as new. */
export const latestNewsMs = 120_000

/** Where log lines live: apart from the facts, since there are a thousand times as many of them. */
export interface LineStore {
  /** Answers when they are durable. @throws GantryError STORAGE_FULL */
  append(lines: readonly NewLine[]): Promise<void>
  /** The newest `limit` lines that match, or the first ones behind `after`; always answered oldest first. */
  search(project: string, search: LineSearch): Promise<FoundLines>
  find(project: string, id: string): Promise<ServiceLine | null>
  /** Counts what is searched, whichever page of it is asked for. A bar without a line may be missing. */
  histogram(project: string, search: LineRange, barMs: number): Promise<CountedLines>
  /** Values of the newest lines that match, with how many have each. */
  facets(project: string, search: LineRange): Promise<LineFacets>
  /**
   * Deletes these days, but for one that holds more lines than is said: some came since that was decided. Answers the days that went, and
   * how many lines of each.
   */
  forget(project: string, days: readonly KeptDay[]): Promise<KeptDay[]>
  /** Each day of which there are lines, oldest first. */
  kept(project: string): Promise<KeptDay[]>
  close(): Promise<void>
}

/** Of one search, as one file: what a spreadsheet still opens. */
export const mostExportedLines = 1_000_000

export interface LineRange {
  /** Null: every line. */
  term: LineTerm | null
  /** ISO 8601; the first instant within. */
  from?: string
  /** ISO 8601; the first instant that is not within any more. */
  to?: string
}

export interface LineSearch extends LineRange {
  /** Lines before this one: its id, or where an earlier search came to. */
  before?: string
  /** Lines behind this one. */
  after?: string
  /** Lines that came in since a former answer's `cursor`, whatever their time. */
  since?: string
  /** 200 by default. */
  limit?: number
}

export interface FoundLines {
  lines: ServiceLine[]
  hasMore: boolean
  /** How far a search came that took too long, to be gone on with by `before`. Null: it is whole. */
  searchedBackTo: string | null
  /** To be shown as `since` to get what came in after this answer. */
  cursor: string
}

export interface CountedLines {
  bars: Bar[]
  /** From when on they are counted; null: from the beginning of the range. Before that counting would have taken too long. */
  countedFrom: string | null
}

export interface LineFacets {
  facets: Facet[]
  /** Of how many lines, the newest, they were read. */
  lines: number
  isWhole: boolean
}

export interface Facet {
  name: string
  values: { value: string; count: number }[]
}

export interface KeepLines {
  /** ISO 8601; lines before that go. */
  since: string
  /** What they may take on disk. Null: what they need. */
  bytes: number | null
}

export interface KeptDay {
  /** `2026-11-27` */
  day: string
  lines: number
  /** Null where it is not known for one day. */
  bytes: number | null
}
