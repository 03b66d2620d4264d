import { describe, expect, it } from 'vitest'
import { reportTests } from './test-report.ts'
import { type TestResult, testId } from './test-result.ts'

const test = (title: string, rest: Partial<TestResult> = {}): TestResult => ({
  file: 'packages/a/src/a.test.ts',
  title,
  outcome: 'passed',
  durationMs: 10,
  attempts: 1,
  isFlaky: false,
  ...rest,
})

describe('one report of many', () => {
  it('counts by the package that holds the file', () => {
    const inner = test('inner', { file: 'packages/a/inner/b.test.ts', outcome: 'failed' })
    const root = test('root', { file: 'tools/c.test.ts', outcome: 'skipped', attempts: 0 })
    const { packages, totals } = reportTests([test('x'), inner, root], ['packages/a', 'packages/a/inner'])
    expect(packages.map(own => [own.package, own.passed, own.failed, own.skipped])).toEqual([
      ['.', 0, 0, 1],
      ['packages/a', 1, 0, 0],
      ['packages/a/inner', 0, 1, 0],
    ])
    expect(totals).toEqual({ passed: 1, failed: 1, skipped: 1, flaky: 0, durationMs: 30 })
  })

  it('counts a test once though two formats told of it', () => {
    expect(reportTests([test('x'), test('x')], []).totals).toMatchObject({ passed: 1, flaky: 0 })
  })

  it('a test that failed and passed in two attempts of a job is flaky, and its last outcome stands', () => {
    const { totals, flaky, failures } = reportTests([test('x', { outcome: 'failed' }), test('x')], [])
    expect(totals).toMatchObject({ passed: 1, failed: 0, flaky: 1 })
    expect(flaky.map(({ title }) => title)).toEqual(['x'])
    expect(failures).toEqual([])
  })

  it('a failure that passed on this commit before is flaky, and still a failure', () => {
    const failed = test('x', { outcome: 'failed' })
    const { totals } = reportTests([failed], [], new Map([[testId(failed), new Set(['passed'] as const)]]))
    expect(totals).toMatchObject({ failed: 1, flaky: 1 })
  })

  it('lists the ten slowest', () => {
    const tests = Array.from({ length: 30 }, (_, index) => test(`t${index}`, { durationMs: index }))
    const { slowest } = reportTests(tests, [])
    expect(slowest.map(({ durationMs }) => durationMs)).toEqual([29, 28, 27, 26, 25, 24, 23, 22, 21, 20])
  })
})
