import { defineRule } from '../rule.ts'
import { homeOf } from '../tree/lint-file.ts'
import { referencesOut } from '../tree/references.ts'
import { isScript } from '../tree/script-inputs.ts'

export const secretInScript = defineRule({
  id: 'secret-in-script',
  area: 'security',
  severity: 'note',
  summary: 'A secret pasted into a script.',
  why: 'It stands in the script file and in the list of processes, and a `$` or a quote inside of it changes the command.',
  fix: 'Hand it over in `env:` and use the variable, in quotes.',
  bad: [
    `
- run: curl -u "acme:\${{ secrets.TOKEN }}" https://example.com # ✗`,
    `
- run: |
    echo 1
    vercel deploy --token=\${{ secrets.VERCEL_TOKEN }} # ✗`,
  ],
  good: [
    `
- env:
    TOKEN: \${{ secrets.TOKEN }}
  run: curl -u "acme:$TOKEN" https://example.com`,
    `
- run: echo "has a token \${{ secrets.TOKEN != '' }}"`,
  ],
  check: file =>
    file.expressions.flatMap(expression => {
      const { step } = homeOf(file, expression)
      if (step === undefined || !isScript(step, expression.host)) return []
      if (!referencesOut(expression.tree).some(([context]) => context === 'secrets')) return []
      const message = `expected a script without secrets in it, got \${{ ${expression.text} }}`
      return [{ at: expression, message }]
    }),
})
