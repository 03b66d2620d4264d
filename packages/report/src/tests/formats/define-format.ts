import type { ReportDocument } from '../../report-document.ts'
import type { TestResult } from '../test-result.ts'

/** What runners write that tests ran. Paths are as written: absolute, or from wherever the runner stood. */
export interface ResultFormat {
  /** As people say it, e.g. `Playwright JSON`. */
  name: string
  /** The reporter that writes it, as typed. */
  writtenBy: string
  /** Null when the document is something else. */
  read(document: ReportDocument): TestResult[] | null
}

export const defineFormat = (format: ResultFormat): ResultFormat => format
