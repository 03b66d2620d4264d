import type { CoverageReport } from '../coverage/coverage-report.ts'
import { type CodeOf, isGood, type Report } from '../report.ts'
import type { ReportedTest, TestReport } from '../tests/test-report.ts'
import { counts, percent, ranges, took } from './figures.ts'

/** GitHub drops a step's summary above 1 MiB as a whole. */
const mostBytes = 1_000_000
const mostFailures = 50
const mostFiles = 30

/** The report as GitHub's step summary shows it: what is wrong first. */
export function markdown(report: Report, codeOf: CodeOf): string {
  const blocks = [
    `## ${isGood(report) ? '✅' : '❌'} ${headline(report)}`,
    ...(report.unreadable.length > 0 ? [report.unreadable.map(sentence => `- ❌ ${cell(sentence)}`).join('\n')] : []),
    ...(report.tests ? testBlocks(report.tests, codeOf) : []),
    ...(report.coverage ? coverageBlocks(report.coverage) : []),
    ...report.notes.map(note => `> ${cell(note)}`),
  ]
  return `${cutAt(blocks)}\n`
}

export function headline({ tests, coverage, unreadable }: Report): string {
  const parts = [
    tests && `Tests: ${counts(tests.totals)}`,
    coverage && `coverage ${percent(coverage.overall.lines)}`,
    unreadable.length > 0 && `${unreadable.length} ${unreadable.length === 1 ? 'report' : 'reports'} cannot be read`,
  ]
  return parts.filter(Boolean).join('; ') || 'No report was found'
}

function testBlocks(tests: TestReport, codeOf: CodeOf): string[] {
  const { failures, flaky, slowest } = tests
  const shown = failures.slice(0, mostFailures)
  return [
    ...shown.map(test => failureBlock(test, codeOf)),
    ...(failures.length > shown.length ? [`… and ${failures.length - shown.length} more failures`] : []),
    table(
      ['package', 'passed', 'failed', 'flaky', 'skipped', 'time'],
      tests.packages.map(own => [own.package, own.passed, own.failed, own.flaky, own.skipped, took(own.durationMs)]),
    ),
    ...(flaky.length > 0 ? [folded(`Flaky (${flaky.length})`, testTable(flaky))] : []),
    ...(slowest.length > 0 ? [folded('Slowest', testTable(slowest))] : []),
  ]
}

function failureBlock(test: ReportedTest, codeOf: CodeOf): string {
  const { failure, file, title } = test
  const place = failure?.at ? `${failure.at.file}:${failure.at.line}` : file
  const code = codeOf(test).map(({ line, text, isIt }) => `${isIt ? '▸' : ' '} ${String(line).padStart(4)} │ ${text}`)
  const said = [failure?.message ?? 'failed', ...(code.length > 0 ? ['', ...code] : [])].join('\n')
  return `### ❌ ${cell(title)}\n\n${codeSpan(place)}\n\n${fenced(said)}`
}

const testTable = (tests: readonly ReportedTest[]): string =>
  table(
    ['test', 'file', 'time', 'attempts'],
    tests.map(test => [test.title, test.file, took(test.durationMs), test.attempts]),
  )

function coverageBlocks({ overall, packages, files, changed, missed }: CoverageReport): string[] {
  const row = (name: string, coverage: typeof overall) => [
    name,
    percent(coverage.lines),
    percent(coverage.branches),
    percent(coverage.functions),
  ]
  const uncovered = files.filter(file => file.uncovered.length > 0)
  const least = [...uncovered].sort((a, b) => (a.lines.percent ?? 100) - (b.lines.percent ?? 100)).slice(0, mostFiles)
  return [
    ...(missed.length > 0 ? [missed.map(sentence => `- ❌ ${cell(sentence)}`).join('\n')] : []),
    table(
      ['coverage', 'lines', 'branches', 'functions'],
      [row('overall', overall), ...packages.map(own => row(own.package, own))],
    ),
    ...(changed ? [changedBlock(changed)] : []),
    ...(least.length > 0
      ? [
          folded(
            `Files with uncovered lines (${uncovered.length})`,
            table(
              ['file', 'lines', 'uncovered'],
              least.map(file => [file.file, percent(file.lines), cutText(ranges(file.uncovered), 120)]),
            ),
          ),
        ]
      : []),
  ]
}

function changedBlock(changed: NonNullable<CoverageReport['changed']>): string {
  const holes = changed.files.filter(({ uncovered }) => uncovered.length > 0)
  const head = `Changed lines: ${changed.covered} of ${changed.total} covered (${percent(changed)})`
  if (holes.length === 0) return head
  const rows = holes
    .slice(0, mostFiles)
    .map(({ file, covered, total, uncovered }) => [file, `${covered} of ${total}`, cutText(ranges(uncovered), 120)])
  return `${head}\n\n${table(['changed file', 'covered', 'uncovered lines'], rows)}`
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (row: readonly (string | number)[]) => `| ${row.map(value => cell(String(value))).join(' | ')} |`
  return [line(head), `|${head.map(() => ' --- |').join('')}`, ...rows.map(line)].join('\n')
}

const folded = (title: string, body: string): string => `<details><summary>${title}</summary>\n\n${body}\n\n</details>`

/** Foreign words on one line, as words: no markup, no table, no mention of a person. */
const cell = (text: string): string =>
  cutText(text.replace(/\s+/g, ' ').trim(), 300).replace(/[\\`*_[\]<>|#~@&]/g, mark => `&#${mark.charCodeAt(0)};`)

const cutText = (text: string, width: number): string => (text.length <= width ? text : `${text.slice(0, width - 1)}…`)

/** A fence longer than any the text holds. */
function fenced(text: string): string {
  const body = text.slice(0, 6_000)
  const fence = '`'.repeat(Math.max(3, ...[...body.matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)))
  return `${fence}text\n${body}\n${fence}`
}

const codeSpan = (text: string): string => `\`\`${text.replaceAll('`', "'")}\`\``

/** Whole blocks only, so that no fence or table is cut open. */
function cutAt(blocks: readonly string[]): string {
  const kept: string[] = []
  let bytes = 0
  for (const block of blocks) {
    bytes += Buffer.byteLength(block) + 2
    if (bytes > mostBytes) return [...kept, '… the rest is too long for a summary'].join('\n\n')
    kept.push(block)
  }
  return kept.join('\n\n')
}
