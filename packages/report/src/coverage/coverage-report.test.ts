import { readFileSync } from 'node:fs'
import istanbul, { type FileCoverageData } from 'istanbul-lib-coverage'
import { describe, expect, it } from 'vitest'
import { readReport } from '../read-report.ts'
import { rangesOf, reportCoverage } from './coverage-report.ts'
import { mergeCoverage } from './merge-coverage.ts'

const parts = ['coverage-v8.json', 'coverage-jest.json'].flatMap(name =>
  coverageIn(readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8'), name),
)
const { map } = mergeCoverage(parts, new Set(['unit/src/price.ts', 'jesty/sum.js']))
const packages = ['unit', 'jesty']
const none = { overall: {}, packages: {} }

describe('the report of coverage', () => {
  it('has shares overall, by package and by file', () => {
    const report = reportCoverage(map, packages, none, null)
    expect(report.packages.map(own => [own.package, own.functions.covered, own.functions.total])).toEqual([
      ['jesty', 1, 2],
      ['unit', 2, 2],
    ])
    expect(report.overall.functions).toEqual({ covered: 3, total: 4, percent: 75 })
    expect(report.files.map(({ file }) => file)).toEqual(['jesty/sum.js', 'unit/src/price.ts'])
    expect(report.missed).toEqual([])
  })

  it('says which threshold is missed, and by how much', () => {
    const targets = {
      overall: { functions: 80 },
      packages: { unit: { functions: 100 }, jesty: { functions: 51 }, gone: {} },
    }
    expect(reportCoverage(map, packages, targets, null).missed).toEqual([
      'overall: 75 % of functions covered, expected 80 %',
      'jesty: 50 % of functions covered, expected 51 %',
      'gone: expected coverage, no report holds any',
    ])
  })

  it('counts only changed lines that hold a statement', () => {
    const changed = new Map([
      ['jesty/sum.js', [1, 2, 3]],
      ['docs/readme.md', [1]],
    ])
    const report = reportCoverage(map, packages, { ...none, changedLines: 100 }, changed)
    expect(report.changed?.files.map(({ file }) => file)).toEqual(['jesty/sum.js'])
    expect(report.changed).toMatchObject({ covered: 2, total: 2, percent: 100 })
    const hidden = reportCoverage(mapWith(0), [], { ...none, changedLines: 90 }, new Map([['a.ts', [1, 2, 7]]]))
    expect(hidden.changed?.files).toEqual([{ file: 'a.ts', covered: 1, total: 2, uncovered: [{ from: 2, to: 2 }] }])
    expect(hidden.missed).toEqual(['changed lines: 50 % covered, expected 90 %'])
  })

  it('rounds down, and nothing to cover is no failure', () => {
    const empty = reportCoverage(istanbul.createCoverageMap({}), [], { overall: { lines: 80 }, packages: {} }, null)
    expect(empty.overall.lines).toEqual({ covered: 0, total: 0, percent: null })
    expect(empty.missed).toEqual([])
    const two = reportCoverage(mapWith(0, 0), [], none, null)
    expect(two.overall.statements.percent).toBe(33.33)
  })
})

it('joins neighbouring lines', () => {
  expect(rangesOf([5, 3, 4, 9, 9, 11])).toEqual([
    { from: 3, to: 5 },
    { from: 9, to: 9 },
    { from: 11, to: 11 },
  ])
})

/** One covered statement on line 1, and others below it. */
function mapWith(...hits: number[]) {
  const at = (line: number) => ({ start: { line, column: 0 }, end: { line, column: 9 } })
  const all = [1, ...hits]
  return istanbul.createCoverageMap({
    'a.ts': {
      path: 'a.ts',
      statementMap: Object.fromEntries(all.map((_, index) => [index, at(index + 1)])),
      s: Object.fromEntries(all.entries()),
      ...{ fnMap: {}, branchMap: {}, f: {}, b: {} },
    },
  })
}

function coverageIn(text: string, name: string): FileCoverageData[] {
  const file = readReport(text, name)
  return file.kind === 'coverage' ? file.files : []
}
