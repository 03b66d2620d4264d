import type { Edit } from '../rule.ts'
import type { LintExpression } from './expressions.ts'
import type { LintFile, LintStep } from './lint-file.ts'
import { fieldOf, fieldsOf, textOf, type Value, valueAt } from './value.ts'

/**
 * Edits that hand an expression to a script as a variable. Nothing when that is not certain to mean the same: another
 * shell, single quotes, a nested command, a here-document.
 */
export function moveToEnv(file: LintFile, step: LintStep, expression: LintExpression): Edit[] | undefined {
  const { run } = step
  if (isFlow(file, step.value) || isFlow(file, valueAt(step.value, 'env'))) return undefined
  if (run === undefined || expression.host !== run || !isPosixShell(step)) return undefined
  const script = file.text.slice(run.from, run.to)
  const line = lineAround(file.text, expression.from)
  const before = line.slice(0, expression.from - file.text.lastIndexOf('\n', expression.from - 1) - 1)
  if (
    /<<|\\$/m.test(script) ||
    /\$\(|`|\\["']/.test(line) ||
    (run.kind === 'scalar' && !run.isBlock && /^['"]/.test(script))
  )
    return undefined
  if (isOdd(before, "'") || (before.includes("'") && before.includes('"'))) return undefined
  const name = nameFor(expression.text)
  const known = fieldsOf(valueAt(step.value, 'env')).map(({ key }) => key)
  if (known.includes(name)) return undefined
  const text = isOdd(before, '"') ? `\${${name}}` : `"\${${name}}"`
  // Outside of a block, a quote at its beginning would quote the YAML.
  const isFirst = expression.from === run.from
  if (isFirst) return undefined
  return [{ from: expression.from, to: expression.to, text }, declaration(file, step, name, expression.text)]
}

/** `github.event.pull_request.title` → `PULL_REQUEST_TITLE`. */
function nameFor(expression: string): string {
  const words = expression.replace(/^github\.event\.|^(github|secrets|inputs)\./, '').replace(/[^A-Za-z0-9]+/g, '_')
  const name = words.replace(/^_+|_+$/g, '').toUpperCase()
  return /^[0-9]|^$|^GITHUB_|^RUNNER_|^PATH$|^HOME$/.test(name) ? `VALUE_${name}` : name
}

function declaration(file: LintFile, step: LintStep, name: string, expression: string): Edit {
  const entry = `${name}: \${{ ${expression} }}`
  const env = fieldsOf(valueAt(step.value, 'env'))[0]
  const at = env?.at ?? fieldOf(step.value, 'run')?.at ?? step.at
  const indent = ' '.repeat(file.positionOf(at.from).column - 1)
  const text = env ? `${entry}\n${indent}` : `env:\n${indent}  ${entry}\n${indent}`
  return { from: at.from, to: at.from, text }
}

function isPosixShell({ value, job }: LintStep): boolean {
  const shell = textOf(valueAt(value, 'shell') ?? valueAt(job?.value, 'defaults', 'run', 'shell'))
  const isUnixByName = /^(ubuntu|macos)-/.test(textOf(valueAt(job?.value, 'runs-on')))
  return /^(bash|sh)$/.test(shell) || (shell === '' && isUnixByName)
}

function lineAround(text: string, offset: number): string {
  const end = text.indexOf('\n', offset)
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, end < 0 ? undefined : end)
}

/** `{ … }`: there is no line to add. */
const isFlow = (file: LintFile, value: Value | undefined): boolean =>
  value?.kind === 'map' && file.text[value.from] === '{'

const isOdd = (text: string, quote: string): boolean => text.split(quote).length % 2 === 0
