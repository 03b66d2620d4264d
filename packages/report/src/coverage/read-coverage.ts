import istanbul, { type CoverageMapData, type FileCoverageData } from 'istanbul-lib-coverage'
import { z } from 'zod'
import type { ReportDocument } from '../report-document.ts'

const Point = z.looseObject({ line: z.number().nullable().optional(), column: z.number().nullable().optional() })
const Range = z.looseObject({ start: Point, end: Point })
const Hits = z.record(z.string(), z.number())

/** As istanbul defines it; Vitest (v8 and istanbul), Jest, nyc and c8 write it as `coverage-final.json`. */
const FileCoverage = z.looseObject({
  path: z.string().min(1),
  statementMap: z.record(z.string(), Range),
  fnMap: z.record(z.string(), z.looseObject({ loc: Range })),
  branchMap: z.record(z.string(), z.looseObject({ locations: z.array(Range) })),
  s: Hits,
  f: Hits,
  b: z.record(z.string(), z.array(z.number())),
})

const CoverageFinal = z.record(z.string(), FileCoverage)

/** Null when the document is something else. No file at all is coverage of nothing. */
export function readCoverage(document: ReportDocument): FileCoverageData[] | null {
  const read = document.kind === 'json' ? CoverageFinal.safeParse(document.value) : null
  if (!read?.success) return null
  // As it was: the schema says that it has this shape, and copies nothing.
  return Object.values(document.value as CoverageMapData).map(file =>
    atLeastZero(istanbul.createFileCoverage(file).data),
  )
}

/** Vitest counts the branch an `if` without `else` does not take as a difference, which V8's counts can make negative. */
function atLeastZero(file: FileCoverageData): FileCoverageData {
  for (const hits of [file.s, file.f, ...Object.values(file.b)] as Record<string, number>[]) {
    for (const [key, count] of Object.entries(hits)) if (count < 0) hits[key] = 0
  }
  return file
}
