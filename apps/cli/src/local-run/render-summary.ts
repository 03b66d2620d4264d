import type { JobState } from '@gantry/core'
import type { Painter } from '../terminal/paint.ts'
import { shown } from '../terminal/table.ts'

const mostLines = 60

/** What steps wrote to GITHUB_STEP_SUMMARY, as a terminal can show Markdown: headings stand out, tables are aligned. */
export function renderSummaries(jobs: readonly JobState[], paint: Painter): string {
  return jobs
    .flatMap(({ name, summary }) =>
      summary?.trim() ? [`${paint.bold(`summary of ${shown(name)}`)}\n${rendered(summary, paint)}`] : [],
    )
    .join('\n\n')
}

function rendered(markdown: string, paint: Painter): string {
  const all = withTables(
    markdown
      .replace(/<!--[\s\S]*?-->/g, '')
      .trim()
      .split(/\r?\n/),
  )
  const lines = all.slice(0, mostLines).map(line => styled(line, paint))
  return [...lines, ...(all.length > mostLines ? [`… ${all.length - mostLines} more lines`] : [])].join('\n')
}

function styled(line: string, paint: Painter): string {
  const text = shown(line.replace(/<\/?[a-z][^>]*>/gi, '')).replace(/&#(\d+);/g, (_, code) =>
    String.fromCodePoint(Number(code)),
  )
  const [, heading] = /^#{1,6}\s+(.*)$/.exec(text) ?? []
  return heading === undefined ? text.replace(/\*\*(.+?)\*\*/g, (_, inner) => paint.bold(inner)) : paint.bold(heading)
}

/** Rows of one table get the widths of its widest cells; the line of dashes goes. */
function withTables(lines: readonly string[]): string[] {
  const out: string[] = []
  for (let at = 0; at < lines.length; at++) {
    const rows: string[][] = []
    while (isRow(lines[at])) rows.push(cells(lines[at++] ?? ''))
    if (rows.length > 0) out.push(...aligned(rows))
    if (at < lines.length) out.push(lines[at] ?? '')
  }
  return out
}

const isRow = (line: string | undefined): boolean => /^\s*\|.*\|\s*$/.test(line ?? '')
const cells = (line: string): string[] =>
  line
    .trim()
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map(cell => cell.trim())

function aligned(rows: readonly string[][]): string[] {
  const shownRows = rows.filter(row => !row.every(cell => /^:?-+:?$/.test(cell)))
  const widths = (shownRows[0] ?? []).map((_, column) => Math.max(...shownRows.map(row => (row[column] ?? '').length)))
  return shownRows.map(row =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
