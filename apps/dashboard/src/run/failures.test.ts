import type { JobState, StepState } from '@gantry/core/api'
import { expect, test } from 'vitest'
import { failureFinder, failuresOf, failureWords } from './failures.ts'
import { LogBuffer } from './log-buffer.ts'

const step = (number: number, change: Partial<StepState> = {}): StepState => ({
  number,
  name: `step ${number}`,
  status: 'completed',
  conclusion: 'success',
  ...change,
})
const job = (key: string, change: Partial<JobState> = {}): JobState => ({
  id: key,
  key,
  name: key,
  needs: [],
  status: 'completed',
  conclusion: 'failure',
  createdAt: '',
  steps: [],
  outputs: {},
  annotations: [],
  attempt: 1,
  ...change,
})

test('a job whose failure is tolerated is no failure', () => {
  const jobs = [job('flaky', { isTolerated: true, steps: [step(1, { conclusion: 'failure' })] }), job('unit')]
  expect(failuresOf({ conclusion: 'failure', jobs }).map(each => each.job.key)).toEqual(['unit'])
})

test('what was told to be ignored and the gate that repeats a failure are no failures', () => {
  const ignored = step(1, { outcome: 'failure' })
  const real = step(2, { conclusion: 'failure' })
  const run = {
    conclusion: 'failure',
    jobs: [job('gate', { needs: ['test'], judgesNeeds: true }), job('test', { steps: [ignored, real] })],
  } as const
  expect(failuresOf({ ...run, jobs: [...run.jobs] }).map(each => [each.job.key, each.step?.number ?? null])).toEqual([
    ['test', 2],
  ])
  expect(failuresOf({ conclusion: 'success', jobs: [job('soft')] })).toEqual([])
})

test('a failure is said in words, by its annotation or by its line', () => {
  const failed = { step: step(4, { name: 'vitest' }), job: job('test (api)') }
  const annotations = [
    { level: 'failure' as const, message: 'expected 90, got 100\n at …', file: 'refund.test.ts', line: 31, step: 4 },
  ]
  expect(failureWords({ ...failed, job: { ...failed.job, annotations } }, null)).toEqual([
    'test (api)',
    'step 4 “vitest”',
    'refund.test.ts:31  expected 90, got 100',
  ])
  expect(failureWords(failed, 'AssertionError: no')).toEqual(['test (api)', 'step 4 “vitest”', 'AssertionError: no'])
})

test('a step opens at its first line that shouts, else at its last', () => {
  const buffer = new LogBuffer()
  const texts = [
    'Error of another step',
    'starts',
    '0 errors so far',
    '\u001b[31mAssertionError\u001b[39m: expected 90',
    'more',
    '',
  ]
  buffer.push(texts.map((text, i) => ({ seq: i + 1, step: i === 0 ? 1 : 2, at: '', text })))
  expect(failureFinder(buffer, 2)(true)).toBe(4)
  expect(failureFinder(buffer, 1)(true)).toBe(1)
  const quiet = new LogBuffer()
  quiet.push([
    { seq: 1, step: 2, at: '', text: 'exit code 3' },
    { seq: 2, step: 2, at: '', text: '' },
  ])
  expect(failureFinder(quiet, 2)(true)).toBe(1)
  expect(failureFinder(quiet, 9)(true)).toBeNull()
})

test('the line to open at is found as soon as it has come, the last one only when all have', () => {
  const buffer = new LogBuffer()
  const push = (seq: number, text: string) => buffer.push([{ seq, step: 1, at: '', text }])
  const find = failureFinder(buffer, 1)
  push(1, 'quiet')
  expect(find(false)).toBeNull()
  push(2, 'as quiet')
  expect([find(false), find(true)]).toEqual([null, 2])
  push(3, 'TypeError: no')
  push(4, 'Error: another')
  expect([find(false), find(true)]).toEqual([3, 3])
})

test('a deployment that fails is said in one sentence, a test by its own name', () => {
  const deploy = { level: 'failure' as const, title: 'Deployment failed', step: 3 }
  const message = 'backend did not turn healthy in 30 s: /healthz answered 503'
  const annotations = [{ ...deploy, message: `${message}\n{"level":"info"}\n{"level":"info"}` }]
  expect(failureWords({ job: job('staging', { annotations }), step: step(3, { name: 'Deploy' }) }, null)).toEqual([
    'staging',
    'step 3 “Deploy”',
    message,
  ])
  const buffer = new LogBuffer()
  const texts = ['Running 4 tests', '  ✘  2 [chromium] › shop.spec.ts:9:1 › a visitor pays (3.2s)', 'Error: no button']
  buffer.push(texts.map((text, index) => ({ seq: index + 1, step: 1, at: '', text })))
  expect(failureFinder(buffer, 1)(true)).toBe(2)
})

test('the script that the runner repeats is not what failed', () => {
  const buffer = new LogBuffer()
  const texts = [
    '##[group]Run check',
    'echo "Error: in the script"',
    'exit 1',
    '##[endgroup]',
    'all well',
    'Error: said',
  ]
  buffer.push(texts.map((text, index) => ({ seq: index + 1, step: 1, at: '', text })))
  expect(failureFinder(buffer, 1)(true)).toBe(6)
})

test('what the step said is more than that a command failed', () => {
  const note = { level: 'failure' as const, message: 'Process completed with exit code 1.', step: 1 }
  const failed = { step: step(1, { name: 'test' }), job: job('unit', { annotations: [note] }) }
  expect(failureWords(failed, 'AssertionError: no').at(-1)).toBe('AssertionError: no')
  expect(failureWords(failed, null)).toEqual(['unit', 'step 1 “test”'])
  const ended = { ...failed, step: step(1, { name: 'test', exitCode: 3 }) }
  expect(failureWords(ended, null).at(-1)).toBe('its command ended with exit code 3')
})
