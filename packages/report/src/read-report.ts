import type { FileCoverageData } from 'istanbul-lib-coverage'
import { readCoverage } from './coverage/read-coverage.ts'
import { documentOf, unreadable } from './report-document.ts'
import { resultFormats } from './tests/formats/index.ts'
import { readResults } from './tests/read-results.ts'
import type { TestResult } from './tests/test-result.ts'

export type ReportFile = { kind: 'tests'; results: TestResult[] } | { kind: 'coverage'; files: FileCoverageData[] }

/**
 * One file that a test runner or a coverage tool wrote, by what is in it. Paths are as written.
 * @param name the file's path, for the error
 * @throws GantryError REPORT_UNREADABLE
 */
export function readReport(text: string, name: string): ReportFile {
  const document = documentOf(text, name)
  // Results first: Jest and Vitest put coverage inside of them as well.
  const results = readResults(document)
  if (results) return { kind: 'tests', results }
  const files = readCoverage(document)
  if (files) return { kind: 'coverage', files }
  const known = [...resultFormats.map(format => format.name), 'istanbul coverage'].join(', ')
  throw unreadable(name, `expected ${known}`)
}
