export { codeAround } from './code-around.ts'
export {
  type CoverageReport,
  type CoverageTargets,
  reportCoverage,
} from './coverage/coverage-report.ts'
export { addedLines } from './coverage/diff-lines.ts'
export { mergeCoverage } from './coverage/merge-coverage.ts'
export { ownPath } from './own-path.ts'
export { type ReportFile, readReport } from './read-report.ts'
export { annotations } from './render/annotations.ts'
export { coverageBadge } from './render/badge.ts'
export { writeCoverageHtml } from './render/coverage-html.ts'
export { counts, percent, ranges, took } from './render/figures.ts'
export { html } from './render/html.ts'
export { headline, markdown } from './render/markdown.ts'
export { type CodeOf, isGood, type Report } from './report.ts'
export { type EarlierOutcomes, type ReportedTest, reportTests } from './tests/test-report.ts'
export { outcomes, type TestResult, testId } from './tests/test-result.ts'
