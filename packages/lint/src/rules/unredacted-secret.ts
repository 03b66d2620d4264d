import { IndexAccess } from '@actions/expressions/ast'
import { defineRule } from '../rule.ts'
import { calls, partsThat, referencesIn } from '../tree/references.ts'

export const unredactedSecret = defineRule({
  id: 'unredacted-secret',
  area: 'security',
  severity: 'warning',
  summary: 'A part of a secret, as with `fromJSON(secrets.X).key`.',
  why: 'GitHub hides the secret as it is stored, whole. What is taken out of it stands in the log in clear.',
  fix: 'Store each value as a secret of its own, or hide it first: `echo "::add-mask::$VALUE"`.',
  bad: [
    `
- run: ./deploy.sh
  env:
    PASSWORD: \${{ fromJSON(secrets.CREDENTIALS).password }} # ✗`,
  ],
  good: [
    `
- run: ./deploy.sh
  env:
    PASSWORD: \${{ secrets.PASSWORD }}
    NAMES: \${{ fromJSON(vars.NAMES)[0] }}
    HAS: \${{ fromJSON(secrets.FLAG) && 'yes' || 'no' }}`,
  ],
  check: file =>
    file.expressions
      .filter(({ tree }) =>
        partsThat(tree, part => part instanceof IndexAccess).some(({ expr }) =>
          calls(expr, 'fromjson').some(call => referencesIn(call).some(([context]) => context === 'secrets')),
        ),
      )
      .map(expression => ({
        at: expression,
        message: `expected a secret of its own, got a part of another: \${{ ${expression.text} }}`,
      })),
})
