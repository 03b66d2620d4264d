import { expect, test } from 'vitest'
import { readWorkflow } from '../file/read-workflow.ts'
import { testFacts } from '../testing/workflow-texts.ts'
import { planRun } from './plan-run.ts'

const second = (job: string): boolean => {
  const text = `on: push\njobs:\n  test: { runs-on: x, steps: [{ run: a }] }\n  second:\n    runs-on: x\n    needs: [test]\n${job.replaceAll(/^/gm, '    ')}`
  return planRun(readWorkflow('x.yml', text), testFacts).jobs[1]?.judgesNeeds ?? false
}

test.each([
  [
    'joins all results',
    "if: always()\nsteps: [{ env: { R: \"${{ join(needs.*.result, ' ') }}\" }, run: 'for r in $R; do test $r = success; done' }]",
  ],
  [
    'asks in a condition',
    'if: ${{ !cancelled() }}\nsteps: [{ if: "contains(needs.*.result, \'failure\')", run: exit 1 }]',
  ],
  [
    'asks one result',
    'if: always()\nenv: { R: "${{ needs.test.result }}" }\nsteps: [{ run: \'[ "$R" = success ] || exit 1\' }]',
  ],
  ['reads them as JSON', 'if: always()\nsteps: [{ run: "echo \'${{ toJSON(needs) }}\' | grep -q success || exit 1" }]'],
])('a job that %s judges the jobs it needs', (_, job) => expect(second(job)).toBe(true))

test.each([
  ['is skipped with them', 'steps: [{ if: "contains(needs.*.result, \'failure\')", run: exit 1 }]'],
  ['undoes what failed', 'if: failure()\nsteps: [{ run: \'test "${{ needs.test.result }}" = failure && ./undo.sh\' }]'],
  ['only tells of them', 'if: always()\nsteps: [{ run: "curl -d ${{ needs.test.result }} https://chat.example" }]'],
  ['cleans up', 'if: always()\nsteps: [{ run: test -d x || exit 1 }]'],
])('a job that %s is work of its own', (_, job) => expect(second(job)).toBe(false))
