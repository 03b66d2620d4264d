import { expect, test } from 'vitest'
import { nothing, sum, tallyOfLine, tallyOfPlaywright, tallyOfVitest, withExit } from './tally.ts'

const vitest = { numPassedTests: 5, numFailedTests: 0, numPendingTests: 1, numTodoTests: 1, testResults: [] }
const stats = { expected: 3, unexpected: 0, flaky: 0, skipped: 0 }

test('counts what Vitest reports', () => {
  expect(tallyOfVitest({ ...vitest, numFailedTests: 2 })).toMatchObject({ passed: 5, failed: 2, skipped: 2 })
})

test('a file that could not be loaded is one failure, though it holds no tests', () => {
  const file = { name: 'a.test.ts', status: 'failed', message: 'SyntaxError: x\n at y', assertionResults: [] }
  expect(tallyOfVitest({ ...vitest, testResults: [file] })).toMatchObject({
    failed: 1,
    problems: ['a.test.ts could not be loaded: SyntaxError: x'],
  })
})

test('names the tests that failed, and what failed in no test', () => {
  const assertionResults = [
    { fullName: 'adds', status: 'passed' },
    { fullName: 'takes away', status: 'failed' },
  ]
  const file = { name: 'b.test.ts', status: 'failed', assertionResults }
  const report = { ...vitest, numFailedTests: 1, testResults: [file] }
  expect(tallyOfVitest(report, ['nothing caught Error: late']).problems).toEqual([
    'b.test.ts > takes away',
    'nothing caught Error: late',
  ])
})

test('a browser test that passed when tried again passed, and is named', () => {
  const tally = tallyOfPlaywright({ stats: { ...stats, flaky: 1 }, errors: [] })
  expect(tally).toMatchObject({ passed: 4, failed: 0, problems: ['1 passed only when tried again'] })
})

test('an error outside of a browser test is a failure', () => {
  expect(tallyOfPlaywright({ stats, errors: [{ message: 'no server' }] })).toMatchObject({ failed: 1 })
})

test('a stage that ends badly without a failed test is one failure, and a bad end is not counted twice', () => {
  const green = tallyOfVitest(vitest)
  expect(withExit(green, 1, 'coverage is below its threshold').failed).toBe(1)
  expect(withExit(green, null, 'killed').problems).toEqual(['killed'])
  expect(withExit(green, 0, 'fine')).toBe(green)
  expect(withExit({ ...nothing, failed: 2 }, 1, 'x').failed).toBe(2)
})

test('sums stages', () => {
  expect(sum([tallyOfVitest(vitest), { ...nothing, passed: 1, failed: 1, problems: ['x'] }])).toEqual({
    passed: 6,
    failed: 1,
    skipped: 2,
    problems: ['x'],
  })
})

test('reads the last words of a program, and nothing where it has none', () => {
  expect(tallyOfLine('a\n3 passed, 1 failed\n12 passed, 2 failed\n')).toMatchObject({ passed: 12, failed: 2 })
  expect(tallyOfLine('3 passed, 1 failed\nand more')).toEqual(nothing)
})
