import istanbul, { type CoverageMap, type CoverageSummary } from 'istanbul-lib-coverage'
import { ownerOf } from '../owner.ts'

/** `percent` is null when there is nothing to cover; it is rounded down, so that 79.999 never reads as 80. */
export interface Share {
  covered: number
  total: number
  percent: number | null
}

export interface Coverage {
  lines: Share
  statements: Share
  branches: Share
  functions: Share
}

const metrics = ['lines', 'statements', 'branches', 'functions'] as const
type Metric = (typeof metrics)[number]

/** Least shares in percent. */
export type Thresholds = Partial<Record<Metric, number>>

export interface CoverageTargets {
  /** Of everything together. */
  overall: Thresholds
  /** By folder of a package. */
  packages: Record<string, Thresholds>
  /** Of the lines a change added, in percent. */
  changedLines?: number
}

export interface LineRange {
  from: number
  to: number
}

export interface ChangedFile {
  file: string
  covered: number
  /** Changed lines that hold a statement; others cannot be covered. */
  total: number
  uncovered: LineRange[]
}

export interface CoverageReport {
  overall: Coverage
  packages: ({ package: string } & Coverage)[]
  files: ({ file: string; package: string; uncovered: LineRange[] } & Coverage)[]
  /** Null when no base was named to compare with. */
  changed: (Share & { files: ChangedFile[] }) | null
  /** Sentences, one for each threshold that is missed. */
  missed: string[]
}

/**
 * @param packages folders of the workspace's packages
 * @param changed lines a change added, by file; null when there is nothing to compare with
 */
export function reportCoverage(
  map: CoverageMap,
  packages: readonly string[],
  targets: CoverageTargets,
  changed: ReadonlyMap<string, readonly number[]> | null,
): CoverageReport {
  const paths = map.files().sort()
  const files = paths.map(file => ({
    file,
    package: ownerOf(file, packages),
    uncovered: rangesOf(map.fileCoverageFor(file).getUncoveredLines().map(Number)),
    ...coverageOf(map.fileCoverageFor(file).toSummary()),
  }))
  const perPackage = [...Map.groupBy(files, file => file.package)]
    .map(([name, own]) => ({ package: name, ...together(map, own) }))
    .sort((a, b) => (a.package < b.package ? -1 : 1))
  const overall = together(map, files)
  const changedReport = changed && changedCoverage(map, changed)
  return {
    overall,
    packages: perPackage,
    files,
    changed: changedReport,
    missed: [
      ...missed('overall', overall, targets.overall),
      ...Object.entries(targets.packages).flatMap(([name, wanted]) => {
        const own = perPackage.find(entry => entry.package === name)
        return own ? missed(name, own, wanted) : [`${name}: expected coverage, no report holds any`]
      }),
      ...missedChange(changedReport, targets.changedLines),
    ],
  }
}

function together(map: CoverageMap, files: readonly { file: string }[]): Coverage {
  const sum = istanbul.createCoverageSummary()
  for (const { file } of files) sum.merge(map.fileCoverageFor(file).toSummary())
  return coverageOf(sum)
}

function coverageOf(summary: CoverageSummary): Coverage {
  const of = ({ covered, total }: { covered: number; total: number }) => shareOf(covered, total)
  return {
    lines: of(summary.lines),
    statements: of(summary.statements),
    branches: of(summary.branches),
    functions: of(summary.functions),
  }
}

function shareOf(covered: number, total: number): Share {
  return { covered, total, percent: total === 0 ? null : Math.floor((covered * 10_000) / total) / 100 }
}

function changedCoverage(map: CoverageMap, changed: ReadonlyMap<string, readonly number[]>) {
  const known = new Set(map.files())
  const files = [...changed]
    .filter(([file]) => known.has(file))
    .map(([file, lines]): ChangedFile => {
      const hits = map.fileCoverageFor(file).getLineCoverage()
      const counted = lines.filter(line => hits[line] !== undefined)
      const uncovered = counted.filter(line => hits[line] === 0)
      return {
        file,
        covered: counted.length - uncovered.length,
        total: counted.length,
        uncovered: rangesOf(uncovered),
      }
    })
    .filter(({ total }) => total > 0)
  const sum = (key: 'covered' | 'total') => files.reduce((total, file) => total + file[key], 0)
  return { ...shareOf(sum('covered'), sum('total')), files }
}

function missed(name: string, coverage: Coverage, wanted: Thresholds): string[] {
  return metrics.flatMap(metric => {
    const least = wanted[metric]
    const { percent } = coverage[metric]
    return least === undefined || percent === null || percent >= least
      ? []
      : [`${name}: ${percent} % of ${metric} covered, expected ${least} %`]
  })
}

function missedChange(changed: Share | null, least: number | undefined): string[] {
  if (least === undefined || !changed || changed.percent === null || changed.percent >= least) return []
  return [`changed lines: ${changed.percent} % covered, expected ${least} %`]
}

/** Neighbours as one range. */
export function rangesOf(lines: readonly number[]): LineRange[] {
  const ranges: LineRange[] = []
  for (const line of [...lines].sort((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last && line <= last.to + 1) last.to = Math.max(last.to, line)
    else ranges.push({ from: line, to: line })
  }
  return ranges
}
