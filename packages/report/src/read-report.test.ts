import { readFileSync } from 'node:fs'
import { GantryError } from '@gantry/core'
import { describe, expect, it } from 'vitest'
import { readReport } from './read-report.ts'
import type { TestResult } from './tests/test-result.ts'

/** Written by the real runners on one small project: Vitest 5.1, Jest 30, jest-junit, Playwright 1.65. */
const fixture = (name: string) => readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8')
const read = (name: string) => resultsOf(fixture(name), name)
function resultsOf(text: string, name: string): TestResult[] {
  const file = readReport(text, name)
  return file.kind === 'tests' ? file.results : []
}
const badHits = '{"a":{"path":"a","statementMap":{},"fnMap":{},"branchMap":{},"s":{"0":"x"},"f":{},"b":{}}}'
const said = ({ file, title, outcome, attempts, isFlaky }: TestResult) =>
  [file, title, outcome, attempts, ...(isFlaky ? ['flaky'] : [])].join(' | ')

describe('what runners write', () => {
  it('Vitest JSON, with a file that could not be loaded as a failed test', () => {
    expect(read('vitest.json').map(said)).toEqual([
      '/repo/unit/src/big.test.ts | big | passed | 1',
      '/repo/unit/src/broken.test.ts | loading the file | failed | 1',
      '/repo/unit/src/price.test.ts | price › is lower for members | passed | 1',
      '/repo/unit/src/price.test.ts | price › fails <here> & "there" | failed | 1',
      '/repo/unit/src/price.test.ts | price › later | skipped | 0',
      '/repo/unit/src/price.test.ts | price › needs a second try | passed | 1',
      '/repo/unit/src/price.test.ts | label | passed | 1',
    ])
  })

  it('Vitest JUnit names the same tests', () => {
    expect(read('vitest-junit.xml').map(({ title, outcome }) => `${title} | ${outcome}`)).toEqual([
      'big | passed',
      'src/broken.test.ts | failed',
      'price › is lower for members | passed',
      'price › fails <here> & "there" | failed',
      'price › later | skipped',
      'price › needs a second try | passed',
      'label | passed',
    ])
  })

  it('Jest JSON, with a retried test as flaky', () => {
    expect(read('jest.json').map(said)).toEqual([
      '/repo/jesty/sum.test.js | sum › adds | passed | 1',
      '/repo/jesty/sum.test.js | sum › is flaky | passed | 2 | flaky',
      '/repo/jesty/sum.test.js | sum › fails | failed | 3',
      '/repo/jesty/sum.test.js | sum › later | skipped | 0',
    ])
  })

  it('jest-junit, which names no file', () => {
    expect(read('jest-junit.xml').map(({ file, outcome }) => `${file} | ${outcome}`)).toEqual([
      'sum | passed',
      'sum | passed',
      'sum | failed',
      'sum | passed',
    ])
  })

  it('Playwright JSON, once for each browser', () => {
    expect(read('playwright.json').map(said)).toEqual(
      ['opens | passed | 1', 'flaky | passed | 2 | flaky', 'fails | failed | 2', 'later | skipped | 0'].flatMap(end =>
        ['one', 'two'].map(project => `/repo/e2e/a.spec.ts | [${project}] › shop › ${end}`),
      ),
    )
  })

  it('Playwright JUnit tells browsers apart by number', () => {
    const titles = read('playwright-junit.xml').map(({ title }) => title)
    expect(titles.slice(0, 5)).toEqual([
      'shop › opens',
      'shop › flaky',
      'shop › fails',
      'shop › later',
      'shop › opens (2)',
    ])
  })
})

describe('a failure', () => {
  it.each([
    ['vitest.json', '/repo/unit/src/price.test.ts', 7],
    ['vitest-junit.xml', 'src/price.test.ts', 7],
    ['jest.json', '/repo/jesty/sum.test.js', 8],
    ['jest-junit.xml', '/repo/jesty/sum.test.js', 8],
    ['playwright.json', '/repo/e2e/a.spec.ts', 6],
    ['playwright-junit.xml', '/repo/e2e/a.spec.ts', 6],
  ])('of %s knows its line', (name, file, line) => {
    const failures = read(name).filter(({ outcome, title }) => outcome === 'failed' && /fails/.test(title))
    expect(failures[0]?.failure?.at).toMatchObject({ file, line })
    expect(failures[0]?.failure?.message).toMatch(/expected 100 to be 99|Expected: [23]/)
  })
})

describe('colours', () => {
  it('are taken out, in every way a runner writes them down', () => {
    for (const [open, close] of [
      ['&#27;[32m', '&#27;[39m'],
      ['&#x1b;[1;31m', '&#x1B;[0m'],
      ['&#155;32m', '&#x9b;39m'],
      ['\u001b[32m', '\u001b[39m'],
    ]) {
      const said = `${open}expected${close} 1 &lt; 2 &#128512;`
      const xml = `<testsuites><testsuite name="a.test.ts"><testcase name="${said}"><failure message="${said}">${said}</failure></testcase></testsuite></testsuites>`
      const [test] = resultsOf(xml, 'x')
      expect(test?.title).toBe('expected 1 < 2 😀')
      expect(test?.failure?.message).toBe('expected 1 < 2 😀\nexpected 1 < 2 😀')
    }
  })
})

describe('a file that is no report', () => {
  it.each([
    ['empty', ''],
    ['only blanks', ' \n'],
    ['truncated JSON', '{"numTotalTests":'],
    ['other JSON', '{"a":1}'],
    ['an array', '[1]'],
    ['words', 'ok 1 - it works'],
    ['truncated XML', '<testsuites><testsuite name="a"><testcase'],
    ['other XML', '<html><body>no</body></html>'],
    ['a coverage summary', '{"total":{"lines":{"total":1}}}'],
    ['coverage with words for hits', badHits],
    ['a document type that grows', '<!DOCTYPE a [<!ENTITY x "xx">]><testsuites name="&x;&x;"/>'],
  ])('%s is refused with a code', (_, text) => {
    expect(() => readReport(text, 'report')).toThrow(GantryError)
    expect(() => readReport(text, 'report')).toThrow(/^report is no report/)
  })

  it('coverage is told from results', () => {
    expect(readReport(fixture('coverage-v8.json'), 'c')).toMatchObject({
      kind: 'coverage',
      files: [{ path: '/repo/unit/src/price.ts' }],
    })
    expect(readReport('{}', 'c')).toEqual({ kind: 'coverage', files: [] })
  })

  it('a count below zero, as Vitest writes for some branches, is none', () => {
    const span = '{"start":{"line":1,"column":0},"end":{"line":1,"column":9}}'
    const map = `"statementMap":{"0":${span}},"fnMap":{},"branchMap":{"0":{"type":"if","loc":${span},"locations":[${span},${span}]}}`
    const read = readReport(`{"a":{"path":"a",${map},"s":{"0":-3},"f":{},"b":{"0":[2,-1]}}}`, 'coverage-final.json')
    expect(read).toMatchObject({ kind: 'coverage', files: [{ path: 'a', s: { 0: 0 }, b: { 0: [2, 0] } }] })
  })

  it('an empty JUnit report holds no test', () => {
    expect(resultsOf('<?xml version="1.0"?><testsuites/>', 'x')).toEqual([])
    expect(resultsOf('\uFEFF<testsuite name="a"/>', 'x')).toEqual([])
  })
})

describe('JUnit of other writers', () => {
  it('reads errors, reruns and nested suites', () => {
    const xml = `<testsuites><testsuite name="outer"><testsuite name="inner" file="src/a.test.ts">
      <testcase name="boom"><error message="first&#10;second"/></testcase>
      <testcase name="again" time="0.5"><flakyFailure message="once"/></testcase>
      <testcase name="42" time="no number"/>
    </testsuite></testsuite></testsuites>`
    expect(resultsOf(xml, 'x').map(said)).toEqual([
      'src/a.test.ts | boom | failed | 1',
      'src/a.test.ts | again | passed | 2 | flaky',
      'src/a.test.ts | 42 | passed | 1',
    ])
    expect(resultsOf(xml, 'x')[0]?.failure?.message).toBe('first\nsecond')
  })
})
