import { parseYaml } from '@gantry/workflow'
import { compareFindings, type LintFinding } from './finding.ts'
import { withoutIgnored } from './ignores.ts'
import { refusals } from './refused/refusals.ts'
import type { Rule } from './rule.ts'
import { rules } from './rules/index.ts'
import { isOff, severityOf } from './settings.ts'
import { type LintFile, type LintRepository, readLintFile } from './tree/lint-file.ts'

/** Ids that are no rule's file: what GitHub refuses, bytes that are no text, and comments that excuse nothing. */
export const ownIds = ['valid', 'encoding', 'ignore-comment'] as const

/**
 * Everything wrong with one workflow file or `action.yml`, sorted by place. `path` is from the top of the
 * repository; `repository` answers what other files say. Never throws for what the file holds.
 */
export function lintText(path: string, text: string, repository: LintRepository): LintFinding[] {
  const parsed = parseYaml(text)
  const file = readLintFile(path, text, repository, parsed)
  const refused = refusals(path, text, parsed, file).map(({ line, column, message }) =>
    refusal(path, line, column, message),
  )
  const { settings } = repository
  const asked = rules.filter(({ id }) => !isOff(settings, id))
  const ruled = file ? asked.flatMap(rule => findingsOf(rule, file)) : []
  // Nothing of a file that GitHub refuses runs: mending a part of it might make it run.
  const mayMend = refused.length === 0 && !loneReturn.test(text)
  const found = [...refused, ...(mayMend ? ruled : ruled.map(each => ({ ...each, edits: [] })))]
  const ids = [...ownIds, ...rules.map(({ id }) => id)]
  const off = ids.filter(id => isOff(settings, id))
  return withoutIgnored(path, text, unique(found), { known: ids, off }).toSorted(compareFindings)
}

/** Ends a line to some readers of YAML and not to others. */
const loneReturn = /\r(?!\n)/

function findingsOf(rule: Rule, file: LintFile): LintFinding[] {
  return rule
    .check(file)
    .map(({ at, message, fix = rule.fix, edits = [], isPinOfMovingTag = false, severity = rule.severity }) => {
      const end = file.positionOf(Math.max(at.from, at.to))
      return {
        ...{
          rule: rule.id,
          severity: severityOf(file.repository.settings, rule.id, severity),
          path: file.path,
          message,
          fix,
          edits,
          isPinOfMovingTag,
        },
        ...file.positionOf(at.from),
        ...{ endLine: end.line, endColumn: end.column },
      }
    })
}

const refusal = (path: string, line: number, column: number, message: string): LintFinding => ({
  ...{ rule: 'valid', severity: 'error', path, line, column, endLine: line, endColumn: column + 1, message },
  ...{ fix: 'Write what was expected; GitHub refuses the file as it is.', edits: [], isPinOfMovingTag: false },
})

/** Through an alias the same place is seen more than once. */
function unique(findings: readonly LintFinding[]): LintFinding[] {
  const keyOf = ({ rule, line, column, message }: LintFinding) => `${rule}:${line}:${column}:${message}`
  return [...new Map(findings.map(finding => [keyOf(finding), finding])).values()]
}
