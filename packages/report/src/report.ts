import type { CodeLine } from './code-around.ts'
import type { CoverageReport } from './coverage/coverage-report.ts'
import type { ReportedTest, TestReport } from './tests/test-report.ts'

/** What the runners of a repository said about one commit. Either part is null when no report of its kind was found. */
export interface Report {
  tests: TestReport | null
  coverage: CoverageReport | null
  /** Things a reader should know of: files that were left out, and why. */
  notes: string[]
  /** Reports that cannot be read, each with its reason. What they would say is not known, so the whole is not good. */
  unreadable: string[]
}

/** Lines of code around a failure; empty when its place is not known. */
export type CodeOf = (test: ReportedTest) => CodeLine[]

/** Whether the thing checked is good: no test failed, no threshold is missed, every report can be read. */
export const isGood = ({ tests, coverage, unreadable }: Report): boolean =>
  unreadable.length === 0 && (tests?.totals.failed ?? 0) === 0 && (coverage?.missed.length ?? 0) === 0
