import { didYouMean } from '@gantry/core/words'
import type { LintFinding } from './finding.ts'

interface Ignore {
  line: number
  column: number
  /** The line it speaks of: its own, or the next when it stands alone. */
  target: number
  rules: string[]
  reason: string
}

/** `# gantry-ignore rule-id, other-id: reason`, behind what it excuses or alone on the line before. */
const comment = /(?:^|\s)#\s*gantry-ignore\b[ \t]*([^:\n]*?)[ \t]*(?::[ \t]*([^\n]*?))?[ \t]*$/

/** Takes out what a comment excuses; a comment without a reason, or one that excuses nothing, is a finding itself. */
export function withoutIgnored(
  path: string,
  text: string,
  findings: readonly LintFinding[],
  { known, off }: { known: readonly string[]; off: readonly string[] },
): LintFinding[] {
  const ignores = text.includes('gantry-ignore') ? ignoresIn(text) : []
  const used = new Map(ignores.map(ignore => [ignore, new Set<string>()]))
  const left = findings.filter(finding => {
    const ignore = ignores.find(({ rules, target }) => rules.includes(finding.rule) && target === finding.line)
    if (ignore !== undefined) used.get(ignore)?.add(finding.rule)
    return ignore === undefined
  })
  // Where a rule is off, the comment waits for it to be on again.
  const wrong = ignores.flatMap(ignore =>
    faultsOf(ignore, rule => used.get(ignore)?.has(rule) || off.includes(rule), known).map(at(path, ignore)),
  )
  return [...left, ...wrong]
}

function ignoresIn(text: string): Ignore[] {
  const lines = text.split(/\r?\n/)
  return lines.flatMap((content, index) => {
    const match = comment.exec(content)
    if (match === null) return []
    const isAlone = content.slice(0, match.index).trim() === ''
    const next = lines.findIndex((line, i) => i > index && line.trim() !== '' && !line.trim().startsWith('#'))
    const target = isAlone ? (next < 0 ? index : next) + 1 : index + 1
    const column = content.indexOf('#', match.index) + 1
    const rules = (match[1] ?? '').split(',').map(rule => rule.trim())
    return [{ line: index + 1, column, target, rules, reason: match[2] ?? '' }]
  })
}

function faultsOf(
  { rules, reason }: Ignore,
  isUsed: (rule: string) => boolean | undefined,
  known: readonly string[],
): [message: string, fix: string][] {
  const unknown = rules.filter(rule => !known.includes(rule))
  if (unknown.length > 0) {
    const hint = didYouMean(unknown[0] ?? '', known)
    return [
      [`expected gantry-ignore to name a rule, got "${unknown[0]}"${hint}`, 'Write `# gantry-ignore rule-id: reason`.'],
    ]
  }
  const idle = rules.filter(rule => !isUsed(rule))
  if (idle.length > 0) {
    const fix = idle.length === rules.length ? 'Delete the comment.' : `Take ${idle.join(', ')} out of the comment.`
    return [[`expected ${idle.join(', ')} to find something here, got nothing to ignore`, fix]]
  }
  const named = rules.join(', ')
  return reason === ''
    ? [[`expected a reason for ignoring ${named}, got none`, `Write \`# gantry-ignore ${named}: reason\`.`]]
    : []
}

const at =
  (path: string, { line, column }: Ignore) =>
  ([message, fix]: [string, string]): LintFinding => ({
    ...{ rule: 'ignore-comment', severity: 'error', path, line, column },
    ...{ endLine: line, endColumn: column + 1, message, fix, edits: [], isPinOfMovingTag: false },
  })
