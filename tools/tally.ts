/** What a stage of the tests proved. `problems` names what failed: whoever reads the summary alone knows where to look. */
export interface Tally {
  passed: number
  failed: number
  skipped: number
  problems: string[]
}

/** The part of Vitest's JSON report that is counted. */
export interface VitestReport {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  testResults: {
    name: string
    status: string
    message?: string
    assertionResults: { fullName: string; status: string }[]
  }[]
}

/** The part of Playwright's JSON report that is counted. */
export interface PlaywrightReport {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number }
  errors: { message?: string }[]
}

/**
 * A file that could not be loaded holds no tests, and counts as one failure. `atItsEnd` are failures that no test carries, of
 * hooks and of errors that nothing caught.
 */
export function tallyOfVitest(report: VitestReport, atItsEnd: readonly string[] = []): Tally {
  const unread = report.testResults.filter(file => file.status === 'failed' && file.assertionResults.length === 0)
  const failed = report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => `${name} > ${fullName}`),
  )
  const unloaded = unread.map(({ name, message = '' }) => `${name} could not be loaded: ${message.split('\n')[0]}`)
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unread.length,
    skipped: report.numPendingTests + report.numTodoTests,
    problems: [...failed.slice(0, named), ...unloaded, ...atItsEnd],
  }
}

/** Of a run that is red all over, the first few say enough. */
const named = 20

/** A test that passed only when tried again passed, and is named as a problem without being a failure. */
export function tallyOfPlaywright({ stats, errors }: PlaywrightReport): Tally {
  const flaky = stats.flaky > 0 ? [`${stats.flaky} passed only when tried again`] : []
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + errors.length,
    skipped: stats.skipped,
    problems: [...flaky, ...errors.map(({ message = 'error outside of a test' }) => message)],
  }
}

/** Of a program whose last words are `12 passed, 1 failed`. */
export function tallyOfLine(output: string): Tally {
  const [, passed = '0', failed = '0'] = /(\d+) passed, (\d+) failed\s*$/.exec(output) ?? []
  return { ...nothing, passed: Number(passed), failed: Number(failed) }
}

/** Whatever ended badly without a failed test to show for it counts as one failure. */
export function withExit(tally: Tally, exitCode: number | null, why: string): Tally {
  if (exitCode === 0 || tally.failed > 0) return tally
  return { ...tally, failed: 1, problems: [...tally.problems, why] }
}

export const nothing: Tally = { passed: 0, failed: 0, skipped: 0, problems: [] }

export function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (total, { passed, failed, skipped, problems }) => ({
      passed: total.passed + passed,
      failed: total.failed + failed,
      skipped: total.skipped + skipped,
      problems: [...total.problems, ...problems],
    }),
    nothing,
  )
}
