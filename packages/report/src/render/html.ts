import type { CoverageReport } from '../coverage/coverage-report.ts'
import { type CodeOf, isGood, type Report } from '../report.ts'
import type { ReportedTest, TestReport } from '../tests/test-report.ts'
import { counts, percent, ranges, took } from './figures.ts'
import { headline } from './markdown.ts'

/** One page without scripts or requests. The coverage of each line stands beside it in `coverage/`. */
export function html(report: Report, codeOf: CodeOf): string {
  const { tests, coverage, notes, unreadable } = report
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(headline(report))}</title>
<style>${style}</style>
<main>
<h1 class="${isGood(report) ? 'ok' : 'bad'}">${isGood(report) ? '✔' : '✖'} ${escaped(headline(report))}</h1>
${unreadable.map(sentence => `<p class="bad">✖ ${escaped(sentence)}</p>`).join('\n')}
${notes.map(note => `<p class="muted">${escaped(note)}</p>`).join('\n')}
${tests ? testParts(tests, codeOf) : ''}
${coverage ? coverageParts(coverage) : ''}
</main>
</html>
`
}

function testParts(tests: TestReport, codeOf: CodeOf): string {
  const { failures, flaky, slowest, packages, totals } = tests
  const rows = packages.map(own => [own.package, counts(own), took(own.durationMs)])
  return [
    ...(failures.length > 0 ? [`<h2>Failed</h2>${failures.map(test => failurePart(test, codeOf)).join('\n')}`] : []),
    `<h2>Tests</h2>${table(['Package', 'Tests', 'Time'], [...rows, ['all', counts(totals), took(totals.durationMs)]])}`,
    ...(flaky.length > 0 ? [`<h2>Flaky</h2>${testTable(flaky)}`] : []),
    ...(slowest.length > 0 ? [`<h2>Slowest</h2>${testTable(slowest)}`] : []),
  ].join('\n')
}

function failurePart(test: ReportedTest, codeOf: CodeOf): string {
  const { failure, file, title } = test
  const place = failure?.at ? `${failure.at.file}:${failure.at.line}` : file
  const code = codeOf(test).map(({ line, text, isIt }) => {
    const row = `${isIt ? '▸' : ' '} ${String(line).padStart(4)} │ ${escaped(text)}`
    return isIt ? `<mark>${row}</mark>` : row
  })
  return `<article>
<h3>${escaped(title)}</h3>
<p class="muted">${escaped(place)}</p>
<pre>${escaped(failure?.message ?? 'failed')}</pre>
${code.length > 0 ? `<pre>${code.join('\n')}</pre>` : ''}
${failure?.stack ? `<details><summary>Stack</summary><pre>${escaped(failure.stack)}</pre></details>` : ''}
</article>`
}

const testTable = (tests: readonly ReportedTest[]): string =>
  table(
    ['Test', 'File', 'Time', 'Attempts'],
    tests.map(test => [test.title, test.file, took(test.durationMs), String(test.attempts)]),
  )

function coverageParts({ overall, packages, files, changed, missed }: CoverageReport): string {
  const row = (name: string, coverage: typeof overall) => [
    name,
    percent(coverage.lines),
    percent(coverage.branches),
    percent(coverage.functions),
  ]
  const head = ['Package', 'Lines', 'Branches', 'Functions']
  return `<h2>Coverage</h2>
${missed.map(sentence => `<p class="bad">✖ ${escaped(sentence)}</p>`).join('\n')}
${table(head, [...packages.map(own => row(own.package, own)), row('overall', overall)])}
${changed ? changedPart(changed) : ''}
<p><a href="coverage/index.html">Every file, line by line</a></p>
<details><summary>Uncovered lines</summary>${table(
    ['File', 'Lines', 'Uncovered'],
    files
      .filter(({ uncovered }) => uncovered.length > 0)
      .map(file => [file.file, percent(file.lines), ranges(file.uncovered)]),
  )}</details>`
}

function changedPart(changed: NonNullable<CoverageReport['changed']>): string {
  const rows = changed.files.map(file => [file.file, `${file.covered} of ${file.total}`, ranges(file.uncovered) || '–'])
  return `<h3>Changed lines: ${changed.covered} of ${changed.total} covered</h3>
${table(['File', 'Covered', 'Uncovered'], rows)}`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `<tr>${cells.map((cell, at) => (at === 0 ? `<th scope="row">${escaped(cell)}</th>` : `<td>${escaped(cell)}</td>`)).join('')}</tr>`
  return `<table><thead><tr>${head.map(cell => `<th scope="col">${escaped(cell)}</th>`).join('')}</tr></thead>
<tbody>${rows.map(line).join('\n')}</tbody></table>`
}

const named: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string): string => text.replace(/[&<>"']/g, mark => named[mark] ?? mark)

const style = `
:root{color-scheme:light dark;--text:light-dark(#15181e,#e8ebf0);--muted:light-dark(#5a6270,#9aa3b2);--line:light-dark(#d8dce2,#2c333c);--back:light-dark(#f6f7f9,#191d23);--bad:light-dark(#8c0f1b,#ff6f6a);--ok:light-dark(#137a4b,#8ce8b0)}
body{margin:0;background:light-dark(#fff,#111418);color:var(--text);font:14px/20px system-ui}
main{max-width:1080px;margin:0 auto;padding:24px 16px}
h1{font-size:20px;line-height:28px}h2{font-size:16px;margin-top:32px}h3{font-size:14px;margin-bottom:4px}
.ok{color:var(--ok)}.bad{color:var(--bad)}.muted{color:var(--muted);margin:0}
a{color:inherit}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
th,td{text-align:left;padding:6px 12px 6px 0;border-bottom:1px solid var(--line);font-weight:400;vertical-align:top}
thead th{color:var(--muted)}
pre{background:var(--back);border-radius:4px;padding:12px;overflow-x:auto;font:12px/20px ui-monospace,monospace}
mark{background:none;color:var(--bad)}
article{border-left:3px solid var(--bad);padding-left:12px;margin:16px 0}
`
