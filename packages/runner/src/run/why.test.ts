import { explainCondition } from '@gantry/workflow'
import { describe, expect, it } from 'vitest'
import { runText, testMachine } from '../testing/test-machine.ts'
import type { Decision } from './machine.ts'

const scope = (success: boolean) => ({
  contexts: {
    github: { ref: 'refs/heads/fix', event: { pull_request: { labels: ['a'] } } },
    needs: { build: { result: 'failure' } },
    secrets: { KEY: 'deep' },
  },
  status: { success: () => success, failure: () => !success, always: () => true, cancelled: () => false },
})

describe('why a condition came out as it did', () => {
  it.each([
    [undefined, 'no if (success() is true)'],
    [
      "github.ref == 'refs/heads/main'",
      "if: github.ref == 'refs/heads/main' (success() is true, github.ref is 'refs/heads/fix')",
    ],
    [
      '${' + "{ always() && needs.build.result == 'x' }}",
      "if: always() && needs.build.result == 'x' (always() is true, needs.build.result is 'failure')",
    ],
    ["github['ref'] != ''", "if: github['ref'] != '' (success() is true, github['ref'] is 'refs/heads/fix')"],
    ["contains(github.event.pull_request.labels.*.name, 'github.ref')", /labels\.\*\.name is \[/],
    ["secrets.KEY != ''", "if: secrets.KEY != '' (success() is true, secrets.KEY is set)"],
    ['github.nothing', 'if: github.nothing (success() is true, github.nothing is null)'],
    ["'github.ref'", "if: 'github.ref' (success() is true)"],
  ])('%s', (text, expected) => expect(explainCondition(text, scope(true))).toMatch(expected as string))
})

it('is told of every job and step, whether it runs or not', async () => {
  const decisions: Decision[] = []
  const text = `on: push
jobs:
  a:
    runs-on: x
    steps:
      - run: exit 1
      - run: echo never
      - name: mends
        if: failure()
        run: echo mended
  b:
    needs: a
    runs-on: x
    steps:
      - run: echo
  c:
    if: github.ref == 'refs/heads/other'
    runs-on: x
    steps:
      - run: echo
`
  await runText(text, testMachine({ decided: one => void decisions.push(one) }))
  const said = decisions.map(
    ({ job, step, runs, why }) =>
      `${[job, step].filter(Boolean).join(' › ')} ${runs ? 'runs' : 'does not run'}: ${why}`,
  )
  expect(said.sort()).toEqual([
    'a runs: no if (success() is true)',
    'a › Run echo never does not run: no if (success() is false)',
    'a › Run exit 1 runs: no if (success() is true)',
    'a › mends runs: if: failure() (failure() is true)',
    'b does not run: no if (success() is false); a ended as failure',
    "c does not run: if: github.ref == 'refs/heads/other' (success() is true, github.ref is 'refs/heads/main')",
  ])
})
