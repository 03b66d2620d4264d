import { readFile, stat } from 'node:fs/promises'
import { posix, resolve } from 'node:path'
import { GantryError } from '@gantry/core'
import { mergeCoverage, ownPath, type ReportFile, readReport, type TestResult } from '@gantry/report'
import type { Repository } from './repository.ts'

const mostBytes = 256 * 1024 * 1024

export type CoverageMap = ReturnType<typeof mergeCoverage>['map']

export interface ReadReports {
  /** Null when no file held test results. */
  results: TestResult[] | null
  /** Null when no file held coverage. */
  coverage: CoverageMap | null
  notes: string[]
  /** Those that cannot be read, in words. */
  unreadable: string[]
}

/**
 * Reads reports in the order given; paths in them become paths of this repository.
 * One that cannot be read does not hide the others.
 * @param paths from its root
 * @throws GantryError REPORT_MISSING, REPORT_UNREADABLE when none can be read
 */
export async function readReports(paths: readonly string[], repository: Repository): Promise<ReadReports> {
  const results: TestResult[] = []
  const parts: Parameters<typeof mergeCoverage>[0][number][] = []
  const notes: string[] = []
  const unreadable: GantryError[] = []
  let hasResults = false
  let hasCoverage = false
  for (const path of paths) {
    const report = await readOne(path, repository, notes).catch(asUnreadable)
    if (report instanceof GantryError) {
      unreadable.push(report)
      continue
    }
    if (report.kind === 'coverage') {
      hasCoverage = true
      parts.push(...report.files)
    } else {
      hasResults = true
      results.push(...report.results.map(result => placed(result, posix.dirname(path), repository)))
    }
  }
  if (unreadable[0] && !hasResults && !hasCoverage) throw unreadable[0]
  const { map, foreign } = mergeCoverage(parts, repository.files)
  if (foreign.length > 0) {
    const some = foreign.slice(0, 3).join(', ')
    notes.push(`Coverage of ${foreign.length} files that are not in this repository was left out: ${some}.`)
  }
  return {
    results: hasResults ? results : null,
    coverage: hasCoverage ? map : null,
    notes,
    unreadable: unreadable.map(({ message }) => message),
  }
}

async function readOne(path: string, repository: Repository, notes: string[]): Promise<ReportFile> {
  const { text, writtenAt } = await readText(resolve(repository.top, path), path)
  if (writtenAt < repository.committedAt) notes.push(`${path} is older than the commit it is reported for.`)
  return readReport(text, path)
}

function asUnreadable(cause: unknown): GantryError {
  if (cause instanceof GantryError && cause.code === 'REPORT_UNREADABLE') return cause
  throw cause
}

async function readText(file: string, path: string): Promise<{ text: string; writtenAt: Date }> {
  try {
    const { size, mtime } = await stat(file)
    if (size > mostBytes) throw new GantryError('REPORT_UNREADABLE', `${path} has ${size} bytes, at most ${mostBytes}`)
    return { text: await readFile(file, 'utf8'), writtenAt: mtime }
  } catch (cause) {
    if (cause instanceof GantryError) throw cause
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new GantryError('REPORT_MISSING', `${path} cannot be read: ${why}`, { path }, { cause })
  }
}

function placed(result: TestResult, from: string, { files }: Repository): TestResult {
  const own = (path: string) => ownPath(path, files, from) ?? path
  const { failure } = result
  const at = failure?.at && { ...failure.at, file: own(failure.at.file) }
  return { ...result, file: own(result.file), ...(failure ? { failure: { ...failure, ...(at ? { at } : {}) } } : {}) }
}
