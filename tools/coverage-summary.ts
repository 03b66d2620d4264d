import { appendFile, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

interface Count {
  total: number
  covered: number
}

/** The part of istanbul's coverage-summary.json that is read: totals by file, under absolute paths. */
export type CoverageSummary = Record<string, { lines: Count; branches: Count }>

/** Least share in percent. A test holds them equal to those of vitest.config.ts, which `pnpm test` enforces. */
export const thresholds = { overall: 80, 'packages/core': 95 }

interface Row {
  part: string
  lines: number
  branches: number
  least: number | null
}

/**
 * Joins the summaries of several runs that each covered other files, and counts by package. Adding up is exact because no
 * file is in two of them: merging lcov of the same file from several runs would not be.
 * @throws Error when a file is in two summaries
 */
export function coverageRows(summaries: readonly CoverageSummary[]): Row[] {
  const files = new Map<string, CoverageSummary[string]>()
  for (const [path, counts] of summaries.flatMap(summary => Object.entries(summary))) {
    const file = /\/((?:packages|apps)\/[^/]+\/.+)$/.exec(path)?.[1]
    if (!file) continue
    if (files.has(file)) throw new Error(`${file} is in two summaries; they must cover different files`)
    files.set(file, counts)
  }
  const parts = Map.groupBy(files, ([file]) => file.split('/').slice(0, 2).join('/'))
  const rows = [...parts].map(([part, entries]) =>
    rowOf(
      part,
      entries.map(([, counts]) => counts),
    ),
  )
  return [...rows.toSorted((a, b) => a.part.localeCompare(b.part)), rowOf('overall', [...files.values()])]
}

function rowOf(part: string, counts: CoverageSummary[string][]): Row {
  const share = (kind: 'lines' | 'branches') => {
    const total = counts.reduce((sum, count) => sum + count[kind].total, 0)
    return total === 0 ? 100 : (100 * counts.reduce((sum, count) => sum + count[kind].covered, 0)) / total
  }
  const least = part in thresholds ? thresholds[part as keyof typeof thresholds] : null
  return { part, lines: share('lines'), branches: share('branches'), least }
}

export const isMet = ({ lines, branches, least }: Row): boolean => least === null || Math.min(lines, branches) >= least

/** A Markdown table for the summary of a run. */
export function coverageTable(rows: readonly Row[]): string {
  const cells = rows.map(row => {
    const target = row.least === null ? '' : `${row.least} %${isMet(row) ? '' : ' **missed**'}`
    return `| ${row.part} | ${row.lines.toFixed(1)} % | ${row.branches.toFixed(1)} % | ${target} |`
  })
  return ['| coverage | lines | branches | at least |', '|---|---:|---:|---|', ...cells, ''].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const paths = process.argv.slice(2)
  if (paths.length === 0) throw new Error('expected the paths of coverage-summary.json files, got none')
  const rows = coverageRows(await Promise.all(paths.map(async path => JSON.parse(await readFile(path, 'utf8')))))
  const table = coverageTable(rows)
  console.log(table)
  if (process.env.GITHUB_STEP_SUMMARY) await appendFile(process.env.GITHUB_STEP_SUMMARY, `${table}\n`)
  process.exitCode = rows.every(isMet) ? 0 : 1
}
