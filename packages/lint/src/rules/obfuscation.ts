import { Binary, type Expr, FunctionCall, Literal } from '@actions/expressions/ast'
import { defineRule } from '../rule.ts'
import { partsThat } from '../tree/references.ts'

export const obfuscation = defineRule({
  id: 'obfuscation',
  area: 'security',
  severity: 'warning',
  summary: 'An expression of nothing but texts, which hides what it comes to.',
  why: "Reviewers and tools look for `curl`, not for `format('{0}{1}', 'cu', 'rl')`.",
  fix: 'Write what it comes to.',
  bad: [
    `
- run: echo "\${{ format('{0}{1}', 'cu', 'rl') }}" # ✗
- if: fromJSON('true') # ✗
  run: ./deploy.sh`,
  ],
  good: [
    `
- run: echo "\${{ format('{0}-{1}', runner.os, 'x') }} \${{ fromJSON('[1, 2]')[0] }} \${{ 'text' }}"
- if: always()
  run: echo done`,
  ],
  check: file =>
    file.expressions
      .filter(({ tree }) => tree !== undefined && hidesText(tree))
      .map(expression => ({
        at: expression,
        message: `expected the text itself, got an expression that only puts it together: \${{ ${expression.text} }}`,
      })),
})

const isPart = (part: Expr): part is FunctionCall => part instanceof FunctionCall

/** A function of nothing but texts, whose answer is always the same. */
function hidesText(tree: Expr): boolean {
  const calls = partsThat(tree, isPart)
  if (!(tree instanceof FunctionCall) || calls.length === 0 || partsThat(tree, isBinary).length > 0) return false
  const isKnown = calls.every(call =>
    ['format', 'join', 'tojson', 'fromjson', 'contains', 'startswith', 'endswith'].includes(
      call.functionName.lexeme.toLowerCase(),
    ),
  )
  return (
    isKnown &&
    tree.args.length > 0 &&
    calls.every(call => call.args.every(arg => arg instanceof Literal || arg instanceof FunctionCall))
  )
}

const isBinary = (part: Expr): part is Binary => part instanceof Binary
