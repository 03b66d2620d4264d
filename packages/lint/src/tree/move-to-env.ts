import {
  type Field,
  fieldOf,
  fieldsOf,
  type MapValue,
  type ScalarValue,
  splitTemplate,
  type TemplatePart,
  textOf,
} from '@gantry/workflow'
import type { Edit } from '../edit.ts'
import type { LintExpression } from './expressions.ts'
import type { LintFile, LintStep } from './lint-file.ts'
import { referenceOf, referencesIn } from './references.ts'
import { isHostedShell } from './shell-of.ts'
import { shellPlaces } from './shell-places.ts'

/**
 * Edits that hand text from outside to a script as a variable. Nothing unless bash does the same before and after with
 * every text that holds no syntax of the shell; what syntax did before is the hole that is closed.
 * docs/decisions/0022-fix-only-what-means-the-same.md lists what is not certain.
 */
export function moveToEnv(file: LintFile, step: LintStep, expression: LintExpression): Edit[] | undefined {
  const { run } = step
  if (run?.kind !== 'scalar' || expression.host !== run || run.isShared || !isHostedShell(file, step)) return undefined
  const parts = partsAsWritten(file, run)
  if (parts === undefined || showsVariables.test(textOf(run)) || !isPlainReference(expression)) return undefined
  const siblings = file.expressionsIn(run)
  const places = shellPlaces(parts)
  const isCertain = (each: LintExpression, index: number): boolean => {
    if (places[index] === 'quoted' || isPlainWord(each)) return true
    return places[index] === 'argument' && isOneWord(file, each)
  }
  // What one of them opens, such as a quote, holds for all behind it.
  if (!siblings.every(isCertain)) return undefined
  const place = places[siblings.indexOf(expression)]
  const name = nameFor(expression.text)
  const declared = declaration(file, step, name, expression.text)
  if (declared === undefined || isUsedOtherwise(file, name, expression.text)) return undefined
  const text = place === 'quoted' ? `\${${name}}` : `"\${${name}}"`
  return [{ from: expression.from, to: expression.to, text }, ...declared]
}

/** The script's parts when the file holds it as it is: in a `|` block, or plain on one line. */
function partsAsWritten(file: LintFile, run: ScalarValue): TemplatePart[] | undefined {
  const raw = file.text.slice(run.from, run.to)
  const isWritten = run.isBlock ? raw.startsWith('|') : raw === run.scalar && !raw.includes('\n')
  return isWritten ? splitTemplate(textOf(run)) : undefined
}

/** Prints, hands on or asks for variables by no name of theirs, or reads its own text. */
const showsVariables =
  /\b(env|printenv|envsubst|compgen|declare|typeset|BASH_SOURCE|BASH_COMMAND|IFS)\b|\bexport\s+-p|\bset\s*(-[a-z]*[vx][a-z]*\b|[|>;\n]|$)|\$\{!|\$\{?0\b|\/proc\/|--preserve-env|\bsudo\s+-\w*E/

/** `github.event.issue.title`, or `a || b` of such: what a function puts out may hold quotes. */
const isPlainReference = ({ tree, text }: LintExpression): boolean =>
  /^github\.[\w.]+( *\|\| *github\.[\w.]+)*$/.test(text) &&
  referencesIn(tree).every(reference => !reference.includes('*'))

/** Names of branches have no blanks, and a pull request always has one. */
function isOneWord(file: LintFile, { tree }: LintExpression): boolean {
  const reference = referenceOf(tree)?.join('.') ?? ''
  const isOfPullRequest = file.triggers.every(({ event }) => /^pull_request(_target)?$/.test(event))
  return isOfPullRequest && /^github\.(head_ref|event\.pull_request\.head\.ref)$/.test(reference)
}

/** Letters, digits and no syntax, wherever it stands. */
const isPlainWord = ({ tree }: LintExpression): boolean =>
  /^(github\.(sha|run_id|run_number|run_attempt|event_name|repository|repository_owner|event\.(.+\.)?(number|id|sha))|runner\.(os|arch))$/.test(
    referenceOf(tree)?.join('.') ?? '',
  )

/** `github.event.pull_request.title` → `OUTSIDE_PULL_REQUEST_TITLE`: no program knows such a name. */
const nameFor = (expression: string): string =>
  `OUTSIDE_${expression.replace(/\bgithub\.(event\.)?/g, '').replace(/\W+/g, '_')}`.toUpperCase()

/** Stands in the file for something else than this expression and the variable that holds it. */
function isUsedOtherwise(file: LintFile, name: string, expression: string): boolean {
  const rest = file.text.replaceAll(`\${${name}}`, '').replaceAll(entryFor(name, expression), '')
  return rest.toUpperCase().includes(name)
}

const entryFor = (name: string, expression: string): string => `${name}: \${{ ${expression} }}`

/** Nothing to add when the step has it; undefined when there is no line to add it on. */
function declaration(file: LintFile, step: LintStep, name: string, expression: string): Edit[] | undefined {
  const entry = entryFor(name, expression)
  const env = fieldOf(step.value, 'env')
  if (fieldsOf(env?.value).some(({ key }) => key === name)) return []
  const [first] = env ? fieldsOf(env.value) : [fieldOf(step.value, 'run')]
  const map = env ? env.value : step.value
  const indent = first && map.kind === 'map' ? indentOf(file, map, first) : undefined
  if (first === undefined || indent === undefined) return undefined
  const lineEnd = lineEndAt(file.text, first.at.from)
  const text = env ? `${entry}${lineEnd}${indent}` : `env:${lineEnd}${indent}  ${entry}${lineEnd}${indent}`
  return [{ from: first.at.from, to: first.at.from, text }]
}

/** Of a key on a line of its own, or behind the dash of its step. */
function indentOf(file: LintFile, map: MapValue, { key, at }: Field): string | undefined {
  const before = file.text.slice(file.text.lastIndexOf('\n', at.from - 1) + 1, at.from)
  const isAsWritten = file.text.slice(at.from, at.to) === key && /^ *:(\s|$)/.test(file.text.slice(at.to, at.to + 20))
  if (map.isFlow || map.isShared || !isAsWritten || !/^ *(- +)?$/.test(before)) return undefined
  return ' '.repeat(before.length)
}

const lineEndAt = (text: string, offset: number): string => {
  const end = text.indexOf('\n', offset)
  return text[end - 1] === '\r' ? '\r\n' : '\n'
}
