import { oneJob } from '@gantry/workflow/testing'
import { expect, test } from 'vitest'
import { runText } from '../testing/test-machine.ts'
import { failedTestIn } from './failed-test.ts'

test.each([
  ['  ● slugOf › never ends in a dash', 'slugOf › never ends in a dash'],
  ['packages/site test:   ● slugOf › never ends in a dash', 'slugOf › never ends in a dash'],
  [' FAIL  src/total.test.ts > total > adds up', 'src/total.test.ts > total > adds up'],
  ['   × adds up 12ms', 'adds up'],
  ['  1) [chromium] › shop.spec.ts:9:1 › a visitor pays ─────────', '[chromium] › shop.spec.ts:9:1 › a visitor pays'],
  ['✖ adds up (1.234ms)', 'adds up'],
  ['not ok 3 - adds up', 'adds up'],
  ['--- FAIL: TestTotal (0.00s)', 'TestTotal'],
  ['FAILED tests/test_total.py::test_adds_up - AssertionError', 'tests/test_total.py::test_adds_up'],
])('%j names its test', (line, name) => expect(failedTestIn(line)).toBe(name))

test.each(['FAIL src/total.test.ts', '  ● Console', '✓ adds up', '1) install', `● ${'x'.repeat(2_000)}`, 'Error: no'])(
  '%j names none',
  line => expect(failedTestIn(line)).toBeUndefined(),
)

test('a step that fails with its tests has the first of them beside its run, and nothing more in its log', async () => {
  const tests = 'echo "  ● slugOf › never ends in a dash"; echo "  ● another"'
  const { job, log } = await runText(oneJob(`- run: '${tests}; exit 1'\n- run: '${tests}'\n  if: always()`))
  expect(job('a').annotations).toEqual([
    { level: 'failure', message: 'Process completed with exit code 1.', step: 1 },
    { level: 'failure', message: 'slugOf › never ends in a dash', step: 1 },
  ])
  expect(log.match(/##\[error\]/g)).toHaveLength(1)
})
