import type { Span } from '@gantry/workflow'
import type { LintFile, LintStep } from './lint-file.ts'

/** One command line of a script as it stands in the file; lines that end in a backslash are one. */
export interface ScriptLine extends Span {
  text: string
}

/** The lines of `run:`, without blank ones and comments. */
function scriptLines(file: LintFile, step: LintStep): ScriptLine[] {
  const { run } = step
  if (run?.kind !== 'scalar') return []
  const raw = file.text.slice(run.from, run.to)
  const header = run.isBlock ? raw.indexOf('\n') + 1 : 0
  const lines: ScriptLine[] = []
  let isContinued = false
  let at = run.from + header
  for (const text of raw.slice(header).split('\n')) {
    const last = lines.at(-1)
    if (isContinued && last) {
      last.text = `${last.text.replace(/\\\s*$/, '')} ${text.trim()}`
    } else if (text.trim() !== '' && !text.trim().startsWith('#')) {
      const from = at + (text.length - text.trimStart().length)
      lines.push({ text: text.trim(), from, to: at + text.trimEnd().length })
    }
    isContinued = /\\\s*$/.test(text) && !text.trim().startsWith('#')
    at += text.length + 1
  }
  return lines
}

/** The first match in a script, with its place: where a finding points. */
export function matchesIn(
  file: LintFile,
  step: LintStep,
  pattern: RegExp,
): (ScriptLine & { match: RegExpExecArray })[] {
  return scriptLines(file, step).flatMap(line => {
    const match = pattern.exec(line.text)
    if (match === null) return []
    const from = Math.min(line.from + match.index, line.to)
    return [{ text: line.text, match, from, to: Math.min(from + match[0].length, line.to) }]
  })
}
