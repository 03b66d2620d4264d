import { type Expr, Grouping, Literal, Logical } from '@actions/expressions/ast'
import { fromData, isTruthy } from '@gantry/workflow'
import { defineRule } from '../rule.ts'
import { partsThat } from '../tree/references.ts'

export const unsoundTernary = defineRule({
  id: 'unsound-ternary',
  area: 'correctness',
  severity: 'error',
  summary: '`a && b || c` where b is empty, false or 0, so that c is always the answer.',
  why: 'An empty text counts as false, so `||` goes on to the next one whatever the condition says.',
  fix: "Turn the condition around, so that the empty value comes last: `!a && c || ''`; or use `case()`.",
  bad: [
    `
- run: pnpm test \${{ github.event_name == 'push' && '' || '--changed' }} # ✗`,
    `
- run: pnpm test
  env:
    SHARDS: \${{ (github.event_name == 'push' && 0) || 4 }} # ✗`,
  ],
  good: [
    `
- run: pnpm test \${{ github.event_name != 'push' && '--changed' || '' }}
- run: pnpm test \${{ github.event_name == 'push' && '0' || '4' }}
- if: github.event_name == 'push' && (github.ref_name == '' || github.actor == 'x')
  run: pnpm test`,
  ],
  check: file =>
    file.expressions.flatMap(expression => {
      const either = partsThat(expression.tree, isLogical).filter(({ operator }) => operator.lexeme === '||')
      const isUnsound = either.some(({ args }) => args.slice(0, -1).some(endsFalse))
      if (!isUnsound) return []
      const message = `expected something between && and || that counts as true, got \${{ ${expression.text} }}`
      return [{ at: expression, message }]
    }),
})

const isLogical = (part: Expr): part is Logical => part instanceof Logical

/** `… && ''` */
function endsFalse(part: Expr): boolean {
  if (part instanceof Grouping) return endsFalse(part.group)
  const last = part instanceof Logical && part.operator.lexeme === '&&' ? part.args.at(-1) : undefined
  return last instanceof Literal && !isTruthy(fromData(last.literal))
}
