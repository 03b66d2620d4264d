import type { Binary, Expr } from '@actions/expressions/ast'
import { textOf, valueAt } from '@gantry/workflow'
import { defineRule } from '../rule.ts'
import type { LintFile } from '../tree/lint-file.ts'
import { isComparison, isLiteralText, literalText, partsThat, referenceOf } from '../tree/references.ts'

export const impossibleComparison = defineRule({
  id: 'impossible-comparison',
  area: 'correctness',
  severity: 'error',
  summary: 'A comparison that never holds, or always does: a wrong word, or text compared with true.',
  why: 'The job or step is skipped for ever, or its guard guards nothing.',
  fix: 'Compare with a value it can have; outputs and variables are text.',
  bad: [
    `
on:
  workflow_dispatch:
    inputs:
      dry-run: { type: boolean }
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - id: changes
        run: echo "web=true" >> "$GITHUB_OUTPUT"
      - if: steps.changes.outputs.web == true # ✗
        run: pnpm build
      - if: steps.changes.outcome == 'failed' # ✗
        run: exit 1
      - if: github.ref == 'main' # ✗
        run: ./deploy.sh
      - if: inputs.dry-run != 'true' # ✗
        run: ./deploy.sh
      - if: runner.os == 'ubuntu' # ✗
        run: sudo apt-get update`,
    `
name: x
description: x
inputs:
  install: { description: x, default: 'true' }
runs:
  using: composite
  steps:
    - if: inputs.install == true # ✗
      shell: bash
      run: pnpm install`,
  ],
  good: [
    `
on:
  workflow_dispatch:
    inputs:
      dry-run: { type: boolean }
      target: { type: string }
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - id: changes
        run: echo "web=true" >> "$GITHUB_OUTPUT"
      - if: steps.changes.outputs.web == 'true' && steps.changes.outcome == 'Success'
        run: pnpm build
      - if: github.ref == 'refs/heads/main' && github.ref_name == 'main'
        run: ./deploy.sh
      - if: "!inputs.dry-run && inputs.target == 'true' && github.event.inputs.dry-run == 'true'"
        run: ./deploy.sh
      - if: runner.os == 'linux'
        run: sudo apt-get update`,
  ],
  check: file => {
    const booleans = booleanInputs(file)
    return file.expressions.flatMap(expression =>
      partsThat(expression.tree, isComparison).flatMap(comparison => {
        const message = faultOf(comparison, booleans, file.kind === 'action')
        return message === undefined ? [] : [{ at: expression, message }]
      }),
    )
  },
})

const results = ['success', 'failure', 'cancelled', 'skipped']
const closed: readonly [RegExp, readonly string[]][] = [
  [/^needs\.[^.]+\.result$/, results],
  [/^steps\.[^.]+\.(outcome|conclusion)$/, results],
  [/^job\.status$/, ['success', 'failure', 'cancelled']],
  [/^runner\.os$/, ['Linux', 'Windows', 'macOS']],
  [/^runner\.arch$/, ['X86', 'X64', 'ARM', 'ARM64']],
  [/^runner\.environment$/, ['github-hosted', 'self-hosted']],
  [/^github\.ref_type$/, ['branch', 'tag']],
]
const isText = /^(steps\.[^.]+\.outputs\.[^.]+|needs\.[^.]+\.outputs\.[^.]+|env\.[^.]+|vars\.[^.]+|secrets\.[^.]+)$/

function faultOf(
  { left, right, operator }: Binary,
  booleans: readonly string[],
  isAction: boolean,
): string | undefined {
  if (operator.lexeme !== '==' && operator.lexeme !== '!=') return undefined
  return faultOfPair(left, right, booleans, isAction) ?? faultOfPair(right, left, booleans, isAction)
}

function faultOfPair(read: Expr, literal: Expr, booleans: readonly string[], isAction: boolean): string | undefined {
  const path = referenceOf(read)?.join('.')
  const word = literalText(literal)
  if (path === undefined || word === undefined) return undefined
  if (!isLiteralText(literal))
    return (isText.test(path) || (isAction && /^inputs\.[^.]+$/.test(path))) && word === 'true'
      ? `expected text, such as 'true', for ${path}, got true`
      : undefined
  // The empty text asks whether there is anything.
  if (word === '') return undefined
  const [, words] = closed.find(([pattern]) => pattern.test(path)) ?? []
  if (words && !words.some(known => known.toLowerCase() === word.toLowerCase()))
    return `expected ${path} to be compared with ${words.join(', ')}, got '${word}'`
  if (path === 'github.ref' && !word.toLowerCase().startsWith('refs/'))
    return `expected github.ref to be compared with refs/heads/…, refs/tags/… or refs/pull/…, got '${word}'`
  const isBoolean = /^inputs\./.test(path) && booleans.includes(path.slice('inputs.'.length))
  return isBoolean ? `expected true or false without quotes for ${path}, got '${word}'` : undefined
}

/** Inputs that are true or false in every way the workflow is started; inputs of actions are always text. */
function booleanInputs({ root, kind }: LintFile): string[] {
  if (kind === 'action') return []
  const declared = ['workflow_call', 'workflow_dispatch'].flatMap(event => {
    const inputs = valueAt(root, 'on', event, 'inputs')
    return inputs?.kind === 'map' ? inputs.fields : []
  })
  const typeOf = (name: string) =>
    declared.filter(({ key }) => key === name).map(({ value }) => textOf(valueAt(value, 'type')))
  return declared.filter(({ key }) => typeOf(key).every(type => type === 'boolean')).map(({ key }) => key.toLowerCase())
}
