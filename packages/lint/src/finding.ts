import type { Edit } from './edit.ts'
import type { Severity } from './severity.ts'

/** One thing that is wrong in a file. Lines and columns count from 1; the end is the first column after it. */
export interface LintFinding {
  rule: string
  severity: Severity
  path: string
  line: number
  column: number
  endLine: number
  endColumn: number
  message: string
  fix: string
  edits: Edit[]
  isPinOfMovingTag: boolean
}

export const compareFindings = (a: LintFinding, b: LintFinding): number =>
  a.path.localeCompare(b.path) || a.line - b.line || a.column - b.column || a.rule.localeCompare(b.rule)
