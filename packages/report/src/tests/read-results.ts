import { stripVTControlCharacters } from 'node:util'
import type { ReportDocument } from '../report-document.ts'
import { resultFormats } from './formats/index.ts'
import { type TestResult, testId } from './test-result.ts'

/** Tests of one report file, in whichever format of the registry it is, or null. Paths are as written in it. */
export function readResults(document: ReportDocument): TestResult[] | null {
  for (const format of resultFormats) {
    const results = format.read(document)
    if (results) return told(results)
  }
  return null
}

/** Without the colours a runner or a test's own words put into it. */
const plainTitle = (result: TestResult): TestResult => ({ ...result, title: stripVTControlCharacters(result.title) })

/** Tests of one report that share file and title (cases of a table, browsers of one spec) are told apart by number. */
function told(results: readonly TestResult[]): TestResult[] {
  const seen = new Map<string, number>()
  return results.map(plainTitle).map(result => {
    const id = testId(result)
    const count = (seen.get(id) ?? 0) + 1
    seen.set(id, count)
    return count === 1 ? result : { ...result, title: `${result.title} (${count})` }
  })
}
