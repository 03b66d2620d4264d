import type { LintFinding, Severity } from '@gantry/lint'
import type { Painter } from '../terminal/paint.ts'
import { shown } from '../terminal/table.ts'

const colours = { error: 'red', warning: 'yellow', note: 'cyan' } as const satisfies Record<Severity, keyof Painter>

/** For people: each finding with its line and what to do. */
export function renderFindings(
  findings: readonly LintFinding[],
  texts: ReadonlyMap<string, string>,
  paint: Painter,
): string {
  return findings.map(finding => oneFinding(finding, texts.get(finding.path) ?? '', paint)).join('\n\n')
}

function oneFinding(finding: LintFinding, text: string, paint: Painter): string {
  const { path, line, column, severity, rule, message, fix } = finding
  const number = String(line)
  const source = shown((text.split('\n')[line - 1] ?? '').replace(/\t/g, ' ').trimEnd())
  const end = finding.endLine === line ? finding.endColumn : source.length + 1
  const carets = '^'.repeat(Math.max(1, Math.min(end, source.length + 1) - column))
  const margin = ' '.repeat(number.length)
  return [
    `${paint.bold(`${path}:${line}:${column}`)} ${paint[colours[severity]](severity)} ${shown(message)} ${paint.dim(rule)}`,
    `  ${paint.dim(`${number} │`)} ${source}`,
    `  ${paint.dim(`${margin} │`)} ${' '.repeat(column - 1)}${paint[colours[severity]](carets)}`,
    `  ${paint.dim(`${margin} └`)} ${shown(fix)}${paint.dim(remedyOf(finding))}`,
  ].join('\n')
}

function remedyOf({ edits, isPinOfMovingTag }: LintFinding): string {
  if (edits.length === 0) return ''
  return isPinOfMovingTag ? ' (--fix --pin-tags does)' : ' (--fix does)'
}

/** `2 errors, 1 warning and 3 notes in 4 files`, or that there is nothing. */
export function summaryOf(findings: readonly LintFinding[], fileCount: number): string {
  const files = `${fileCount} ${fileCount === 1 ? 'file' : 'files'}`
  const counted = (['error', 'warning', 'note'] as const).flatMap(severity => {
    const count = findings.filter(finding => finding.severity === severity).length
    return count === 0 ? [] : [`${count} ${severity}${count === 1 ? '' : 's'}`]
  })
  return counted.length === 0 ? `nothing wrong in ${files}` : `${counted.join(', ')} in ${files}`
}
