import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import istanbul from 'istanbul-lib-coverage'
import { afterAll, describe, expect, it } from 'vitest'
import type { CoverageReport } from '../coverage/coverage-report.ts'
import type { Report } from '../report.ts'
import { reportTests } from '../tests/test-report.ts'
import type { TestResult } from '../tests/test-result.ts'
import { annotations } from './annotations.ts'
import { coverageBadge } from './badge.ts'
import { writeCoverageHtml } from './coverage-html.ts'
import { counts, percent, ranges, took } from './figures.ts'
import { html } from './html.ts'
import { markdown } from './markdown.ts'

const failed = (title: string, message = 'no'): TestResult => ({
  file: 'a.test.ts',
  title,
  outcome: 'failed',
  durationMs: 5,
  attempts: 1,
  isFlaky: false,
  failure: { message, stack: '', at: { file: 'a.test.ts', line: 3 } },
})
const reportOf = (results: TestResult[], coverage: CoverageReport | null = null): Report => ({
  tests: reportTests(results, []),
  coverage,
  notes: [],
  unreadable: [],
})
const share = { covered: 1, total: 2, percent: 50 }
const shares = { lines: share, statements: share, branches: share, functions: share }
const coverage = (changes: Partial<CoverageReport> = {}): CoverageReport => ({
  overall: shares,
  packages: [{ package: 'packages/a', ...shares }],
  files: [{ file: 'packages/a/x.ts', package: 'packages/a', uncovered: [{ from: 2, to: 4 }], ...shares }],
  changed: null,
  missed: [],
  ...changes,
})
const noCode = () => []

describe('annotations', () => {
  it('are at most ten of a level; the last says how many there are beyond', () => {
    const lines = annotations(reportOf(Array.from({ length: 25 }, (_, index) => failed(`t${index}`))))
    expect(lines).toHaveLength(10)
    expect(lines.at(-1)).toBe('::error::16 more failures: see the summary')
  })

  it('of reports that cannot be read come first', () => {
    const report = { ...reportOf([failed('t')], coverage({ missed: ['too little'] })), unreadable: ['b.json is cut'] }
    expect(annotations(report)[0]).toBe('::error title=Unreadable report::b.json is cut')
    expect(markdown(report, noCode)).toContain('- ❌ b.json is cut')
    expect(html(report, noCode)).toContain('<p class="bad">✖ b.json is cut</p>')
  })

  it('cannot be broken out of', () => {
    const [line] = annotations(reportOf([failed('a,b::c', 'one\n::set-env name=x::y\r100%')]))
    expect(line).toBe('::error file=a.test.ts,line=3,title=a%2Cb%3A%3Ac::one%0A::set-env name=x::y%0D100%25')
  })

  it('name thresholds first, and changed lines as notices', () => {
    const changed = { ...share, files: [{ file: 'x.ts', covered: 1, total: 3, uncovered: [{ from: 7, to: 8 }] }] }
    expect(annotations(reportOf([failed('t')], coverage({ changed, missed: ['overall: too little'] })))).toEqual([
      '::error title=Coverage::overall: too little',
      '::error file=a.test.ts,line=3,title=t::no',
      '::notice file=x.ts,line=7,endLine=8,title=Changed lines without a test::No test runs 7–8',
    ])
  })
})

describe('the summary', () => {
  it('stays below what GitHub takes, and ends in a whole block', () => {
    const text = markdown(
      reportOf(Array.from({ length: 400 }, (_, index) => failed(`t${index}`, 'x'.repeat(9_000)))),
      noCode,
    )
    expect(Buffer.byteLength(text)).toBeLessThan(1_048_576)
    expect(text).toContain('… and 350 more failures')
    expect((text.match(/^`{3,}/gm) ?? []).length % 2).toBe(0)
  })

  it('shows foreign words as words', () => {
    const text = markdown(reportOf([failed('<img src=x onerror=1> | @team *b*', 'a ```` fence')]), noCode)
    expect(text).not.toContain('<img')
    expect(text).not.toContain('@team')
    expect(text).toContain('`````text\na ```` fence\n`````')
  })

  it('lists coverage, what is missed, changed lines and notes', () => {
    const changed = { ...share, files: [{ file: 'x.ts', covered: 1, total: 3, uncovered: [{ from: 7, to: 8 }] }] }
    const report = { ...reportOf([], coverage({ changed, missed: ['overall: too little'] })), notes: ['stale'] }
    const text = markdown(report, noCode)
    expect(text).toContain('- ❌ overall: too little')
    expect(text).toContain('| packages/a | 50 % | 50 % | 50 % |')
    expect(text).toContain('Changed lines: 1 of 2 covered (50 %)')
    expect(text).toContain('| x.ts | 1 of 3 | 7–8 |')
    expect(text).toContain('> stale')
  })
})

describe('the page', () => {
  it('runs nothing and shows foreign words as words', () => {
    const page = html(reportOf([failed('<script>alert(1)</script>', '"><b>')], coverage()), () => [
      { line: 3, text: 'expect(a < b)', isIt: true },
    ])
    expect(page).not.toContain('<script')
    expect(page).not.toContain('"><b>')
    expect(page).toContain("default-src 'none'")
    expect(page).toContain('<mark>▸    3 │ expect(a &lt; b)</mark>')
  })
})

describe('the pages of single files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-pages-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('are istanbul’s, with the code', () => {
    const at = { start: { line: 1, column: 0 }, end: { line: 1, column: 9 } }
    const file = { path: 'src/x.ts', statementMap: { 0: at }, s: { 0: 0 }, fnMap: {}, f: {}, branchMap: {}, b: {} }
    writeCoverageHtml(istanbul.createCoverageMap({ 'src/x.ts': file }), folder, () => 'let x = 1\n')
    expect(readFileSync(join(folder, 'x.ts.html'), 'utf8')).toContain('let x = 1')
  })
})

describe('figures', () => {
  it.each([
    [100, '#147a45'],
    [79.99, '#9a5400'],
    [59, '#b3201f'],
    [null, '#5f6775'],
  ])('a badge of %s is %s', (value, colour) => {
    expect(coverageBadge({ covered: 0, total: 0, percent: value })).toContain(colour)
  })

  it('are said as people say them', () => {
    expect([took(3.2), took(1_234), took(65_000)]).toEqual(['3 ms', '1.2 s', '1 min 05 s'])
    expect(
      ranges([
        { from: 1, to: 1 },
        { from: 3, to: 9 },
      ]),
    ).toBe('1, 3–9')
    expect(percent({ covered: 0, total: 0, percent: null })).toBe('–')
    expect(counts({ passed: 1, failed: 2, flaky: 3, skipped: 4, durationMs: 0 })).toBe(
      '2 failed, 1 passed, 3 flaky, 4 skipped',
    )
  })
})
