import { describe, expect, test } from 'vitest'
import { annotationSentence, failedJobs, failureSentence } from './index.ts'

const job = (key: string, needs: string[] = [], more: Partial<Parameters<typeof failedJobs>[0][number]> = {}) => ({
  key,
  needs,
  conclusion: 'failure' as const,
  ...more,
})
const keys = (...jobs: ReturnType<typeof job>[]) => failedJobs(jobs).map(({ key }) => key)

describe('which failures count', () => {
  test('the job that only judges others is no second failure, near or far from the cause', () => {
    expect(keys(job('test'), job('all-green', ['test'], { judgesNeeds: true }))).toEqual(['test'])
    const skipped = job('e2e', ['build'], { conclusion: 'skipped' } as never)
    expect(keys(job('build'), skipped, job('gate', ['e2e'], { judgesNeeds: true }))).toEqual(['build'])
  })

  test('it counts when none of the jobs it judges failed', () => {
    const cancelled = job('test', [], { conclusion: 'cancelled' } as never)
    expect(keys(cancelled, job('gate', ['test'], { judgesNeeds: true }))).toEqual(['gate'])
    expect(keys(job('other'), cancelled, job('gate', ['test'], { judgesNeeds: true }))).toEqual(['other', 'gate'])
    expect(keys(job('test', [], { isTolerated: true }), job('gate', ['test'], { judgesNeeds: true }))).toEqual(['gate'])
  })

  test('a job that undoes, and fails at that, is a failure of its own', () => {
    expect(keys(job('deploy'), job('undo', ['deploy']))).toEqual(['deploy', 'undo'])
  })

  test('needs that go in a circle are walked once', () => {
    expect(keys(job('a', ['b'], { judgesNeeds: true }), job('b', ['a']))).toEqual(['b'])
  })
})

describe('a failure in one sentence', () => {
  const failure = { level: 'failure' as const }

  test('names the place, the test by its own name, and what it said', () => {
    const note = {
      ...failure,
      file: 'refund.test.ts',
      line: 31,
      title: 'total › adds up',
      message: 'expected 90\n at …',
    }
    expect(annotationSentence(note)).toBe('refund.test.ts:31  total › adds up: expected 90')
    expect(annotationSentence({ ...note, message: 'total › adds up failed' })).toBe(
      'refund.test.ts:31  total › adds up failed',
    )
  })

  test('leaves out a heading that is no name of a test', () => {
    expect(
      annotationSentence({ ...failure, title: 'Deployment failed', message: 'backend did not turn healthy' }),
    ).toBe('backend did not turn healthy')
  })

  test('is not that a command failed', () => {
    const exit = { ...failure, message: 'Process completed with exit code 1.', step: 1 }
    expect(failureSentence({ annotations: [exit] }, { number: 1 })).toBeNull()
    expect(failureSentence({ annotations: [exit, { ...failure, message: 'out of memory' }] }, { number: 1 })).toBe(
      'out of memory',
    )
    expect(failureSentence({ annotations: [{ ...failure, message: 'of step 2', step: 2 }] }, { number: 1 })).toBeNull()
  })
})
