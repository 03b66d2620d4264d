import type {
  CountedLines,
  FoundLines,
  KeptDay,
  LineFacets,
  LineRange,
  LineSearch,
  NewLine,
  ServiceLine,
} from '@gantry/core'
import type { MovedLine } from '../moved-line.ts'

/** What the threads are asked, and what they answer. `folder`: where the files of a project are. */
export interface Acts {
  /** Answers when they came in, as the thread counts. */
  append: { ask: { folder: string; lines: readonly NewLine[] }; answer: number }
  /** Lines of one day that lived elsewhere. Those that are there already are not written again. */
  moveIn: { ask: { folder: string; day: string; lines: readonly MovedLine[] }; answer: null }
  forget: { ask: { folder: string; days: readonly KeptDay[] }; answer: KeptDay[] }
  search: { ask: { folder: string; project: string; search: LineSearch }; answer: Omit<FoundLines, 'cursor'> }
  find: { ask: { folder: string; project: string; line: string }; answer: ServiceLine | null }
  histogram: { ask: { folder: string; range: LineRange; barMs: number }; answer: CountedLines }
  facets: { ask: { folder: string; range: LineRange }; answer: LineFacets }
  kept: { ask: { folder: string }; answer: KeptDay[] }
  /** A whole copy of a day at that path, as it is now. */
  copy: { ask: { folder: string; day: string; to: string }; answer: null }
  close: { ask: object; answer: null }
}
export type Act = keyof Acts

export type Ask = { [A in Act]: { id: number; act: A } & Acts[A]['ask'] }[Act]
export type Answer = { id: number; value: Acts[Act]['answer'] } | { id: number; fault: Fault }

export interface Fault {
  message: string
  /** Of `SQLite`; null where it is something else. */
  code: number | null
}
