import type { LintFinding } from './finding.ts'

interface Ignore {
  line: number
  column: number
  /** The line it speaks of: its own, or the next when it stands alone. */
  target: number
  rule: string
  reason: string
}

/** `# gantry-ignore rule-id: reason`, behind what it excuses or alone on the line before. */
const comment = /(?:^|\s)#\s*gantry-ignore\b[ \t]*([^:\n]*?)[ \t]*(?::[ \t]*([^\n]*?))?[ \t]*$/

/** Takes out what a comment excuses; a comment without a reason, or one that excuses nothing, is a finding itself. */
export function withoutIgnored(
  path: string,
  text: string,
  findings: readonly LintFinding[],
  ruleIds: readonly string[],
): LintFinding[] {
  const ignores = ignoresIn(text)
  const used = new Set<Ignore>()
  const left = findings.filter(finding => {
    const ignore = ignores.find(({ rule, target }) => rule === finding.rule && target === finding.line)
    if (ignore !== undefined) used.add(ignore)
    return ignore === undefined
  })
  const wrong = ignores.flatMap(ignore => faultOf(ignore, used.has(ignore), ruleIds).map(at(path, ignore)))
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
    return [{ line: index + 1, column, target, rule: match[1] ?? '', reason: match[2] ?? '' }]
  })
}

function faultOf(
  { rule, reason }: Ignore,
  isUsed: boolean,
  ruleIds: readonly string[],
): [message: string, fix: string][] {
  if (!ruleIds.includes(rule))
    return [[`expected gantry-ignore to name a rule, got "${rule}"`, 'Write `# gantry-ignore rule-id: reason`.']]
  if (!isUsed) return [[`expected ${rule} to find something here, got nothing to ignore`, 'Delete the comment.']]
  if (reason === '')
    return [[`expected a reason for ignoring ${rule}, got none`, `Write \`# gantry-ignore ${rule}: reason\`.`]]
  return []
}

const at =
  (path: string, { line, column }: Ignore) =>
  ([message, fix]: [string, string]): LintFinding => ({
    ...{ rule: 'ignore-comment', severity: 'error', path, line, column },
    ...{ endLine: line, endColumn: column + 1, message, fix, edits: [], isPinOfMovingTag: false },
  })
