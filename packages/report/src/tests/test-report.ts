import { ownerOf } from '../owner.ts'
import { type Outcome, type TestResult, testId } from './test-result.ts'

export interface TestTotals {
  passed: number
  failed: number
  skipped: number
  /** Of those that passed or failed. */
  flaky: number
  /** Sum over the tests, not wall time. */
  durationMs: number
}

export interface ReportedTest extends TestResult {
  /** Folder of its package; `.` for the root. */
  package: string
}

/** Every test of a repository on one commit, once. */
export interface TestReport {
  totals: TestTotals
  packages: ({ package: string } & TestTotals)[]
  /** In the order of package, file and title. */
  failures: ReportedTest[]
  flaky: ReportedTest[]
  /** At most ten, the slowest first. */
  slowest: ReportedTest[]
}

/** How a test ended on this commit before. */
export type EarlierOutcomes = ReadonlyMap<string, ReadonlySet<Outcome>>

const mostSlow = 10

/**
 * One report of many. The same test twice (two formats of one run, or a job that ran again) counts once: its last
 * outcome stands, and it is flaky when outcomes on this commit differ.
 * @param results in the order they were written, with paths from the root
 * @param packages folders of the workspace's packages
 * @param earlier by `testId`
 */
export function reportTests(
  results: readonly TestResult[],
  packages: readonly string[],
  earlier: EarlierOutcomes = new Map(),
): TestReport {
  const tests = [...Map.groupBy(results, testId)]
    .map(([id, same]): ReportedTest => {
      const last = same.at(-1) as TestResult
      const ends = new Set([...same.map(({ outcome }) => outcome), ...(earlier.get(id) ?? [])])
      const isFlaky = same.some(test => test.isFlaky) || (ends.has('passed') && ends.has('failed'))
      return { ...last, isFlaky: isFlaky && last.outcome !== 'skipped', package: ownerOf(last.file, packages) }
    })
    .sort((a, b) => compare(a.package, b.package) || compare(a.file, b.file) || compare(a.title, b.title))
  return {
    totals: totalsOf(tests),
    packages: [...Map.groupBy(tests, test => test.package)].map(([name, own]) => ({ package: name, ...totalsOf(own) })),
    failures: tests.filter(({ outcome }) => outcome === 'failed'),
    flaky: tests.filter(({ isFlaky }) => isFlaky),
    slowest: tests
      .filter(({ durationMs }) => durationMs > 0)
      .sort((a, b) => b.durationMs - a.durationMs)
      .slice(0, mostSlow),
  }
}

function totalsOf(tests: readonly TestResult[]): TestTotals {
  const count = (outcome: Outcome) => tests.filter(test => test.outcome === outcome).length
  return {
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
    flaky: tests.filter(({ isFlaky }) => isFlaky).length,
    durationMs: tests.reduce((sum, { durationMs }) => sum + durationMs, 0),
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
