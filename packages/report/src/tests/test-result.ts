/** What a test ended as. A test that failed first and passed on a retry has passed, and is flaky. */
export const outcomes = ['passed', 'failed', 'skipped'] as const
export type Outcome = (typeof outcomes)[number]

/** Where in the repository something stands; lines and columns count from 1. */
export interface Place {
  file: string
  line: number
  column?: number
}

export interface Failure {
  /** The assertion's own words; may have several lines. */
  message: string
  stack: string
  at?: Place
}

/** One test of one report, whatever runner wrote it. */
export interface TestResult {
  /** From the root of the repository, with `/`. */
  file: string
  /** Suites and title, outermost first, joined by ` › `. */
  title: string
  outcome: Outcome
  /** Of the last attempt. */
  durationMs: number
  /** 1 without retries, 0 when it was skipped. */
  attempts: number
  /** Attempts on one commit ended differently. */
  isFlaky: boolean
  failure?: Failure
}

/** The same test in every report. */
export const testId = ({ file, title }: Pick<TestResult, 'file' | 'title'>): string => `${file}\n${title}`
