import type { Span } from '@gantry/workflow'
import type { Edit } from './edit.ts'
import type { Severity } from './severity.ts'
import type { LintFile } from './tree/lint-file.ts'

export const areas = ['correctness', 'security', 'pnpm'] as const
export type Area = (typeof areas)[number]

export interface Found {
  at: Span
  /** `expected …, got …` */
  message: string
  /** What to do here; left out: the rule's own advice. */
  fix?: string
  /** Edits after which all runs as before, for certain; `--fix` makes them. */
  edits?: Edit[]
  /** The edits pin a tag that moves, so that another commit may run: made only when asked for. */
  isPinOfMovingTag?: boolean
  /** When this one is worse or milder than the rule's others. */
  severity?: Severity
}

/**
 * Text of a workflow, or less: a list of steps, or triggers alone; `asFile` completes it. In a bad one `# ✗` ends
 * every line that is a finding.
 */
export type Example = string | { text: string; files: Record<string, string> }

/** One rule: its file has its name. The examples are its contract test and its documentation. */
export interface Rule {
  id: string
  area: Area
  severity: Severity
  /** One line: what it finds. */
  summary: string
  /** What happens to those who leave it. */
  why: string
  /** What to do instead. */
  fix: string
  bad: readonly [Example, ...Example[]]
  good: readonly [Example, ...Example[]]
  check(file: LintFile): Found[]
}

/** Says what a file in `rules/` must export. Changes nothing. */
export const defineRule = (rule: Rule): Rule => rule
