import { type CodeOf, counts, headline, isGood, percent, type Report, ranges, took } from '@gantry/report'
import type { Painter } from '../terminal/paint.ts'
import { cut, shown, table } from '../terminal/table.ts'

const mostFailures = 20

/** The report for a terminal: what is wrong first, with the code around it. */
export function renderReport(report: Report, codeOf: CodeOf, paint: Painter): string {
  const { tests, coverage, notes, unreadable } = report
  const good = isGood(report)
  const blocks = [
    ...(tests ? failures(tests, codeOf, paint) : []),
    ...(tests && tests.packages.length > 0
      ? [
          table(
            ['package', 'tests', 'time'],
            tests.packages.map(own => [own.package, counts(own), took(own.durationMs)]),
          ),
        ]
      : []),
    ...(tests && tests.flaky.length > 0
      ? [`flaky:\n${tests.flaky.map(test => `  ${test.file}  ${cut(test.title, 80)}`).join('\n')}`]
      : []),
    ...(coverage ? [coverageTable(coverage)] : []),
    ...(coverage?.changed ? [changedLines(coverage.changed)] : []),
    ...(coverage?.missed ?? []).map(sentence => paint.red(`✗ ${sentence}`)),
    ...unreadable.map(sentence => paint.red(`✗ ${shown(sentence)}`)),
    ...notes.map(note => paint.yellow(`note: ${shown(note)}`)),
  ].map(block => block.trimEnd())
  return [...blocks, good ? paint.green(headline(report)) : paint.red(headline(report))].join('\n\n')
}

function failures({ failures: all }: NonNullable<Report['tests']>, codeOf: CodeOf, paint: Painter): string[] {
  const blocks = all.slice(0, mostFailures).map(test => {
    const { file, title, failure } = test
    const place = failure?.at ? `${failure.at.file}:${failure.at.line}` : file
    const code = codeOf(test).map(({ line, text, isIt }) => {
      const row = `    ${isIt ? '▸' : ' '} ${String(line).padStart(4)} │ ${shown(text)}`
      return isIt ? paint.red(row) : paint.dim(row)
    })
    const said = (failure?.message ?? 'failed')
      .split('\n')
      .slice(0, 20)
      .map(line => `    ${shown(line)}`)
    return [
      `${paint.red('✗')} ${paint.bold(shown(title))}`,
      `  ${shown(place)}`,
      ...said,
      ...(code.length > 0 ? ['', ...code] : []),
    ].join('\n')
  })
  const more = all.length - blocks.length
  return more > 0 ? [...blocks, `… and ${more} more failures; --html writes them all`] : blocks
}

function coverageTable({ overall, packages }: NonNullable<Report['coverage']>): string {
  const rows = [...packages.map(own => ({ name: own.package, ...own })), { name: 'overall', ...overall }]
  return table(
    ['coverage', 'lines', 'branches', 'functions'],
    rows.map(row => [row.name, percent(row.lines), percent(row.branches), percent(row.functions)]),
  )
}

function changedLines(changed: NonNullable<NonNullable<Report['coverage']>['changed']>): string {
  const holes = changed.files.filter(({ uncovered }) => uncovered.length > 0)
  return [
    `changed lines: ${changed.covered} of ${changed.total} covered (${percent(changed)})`,
    ...holes.slice(0, mostFailures).map(({ file, uncovered }) => `  ${file}: ${cut(ranges(uncovered), 100)}`),
  ].join('\n')
}
