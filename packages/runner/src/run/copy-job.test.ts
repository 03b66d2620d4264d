import type { JobState, StepState } from '@gantry/core'
import { expect, test } from 'vitest'
import { copyOfJob } from './copy-job.ts'

const job = (count: number): JobState => ({
  id: 'a',
  key: 'a',
  name: 'a',
  needs: [],
  status: 'in_progress',
  createdAt: '2026-11-27T10:00:00Z',
  steps: Array.from({ length: count }, (_, i): StepState => ({ number: i + 1, name: `step ${i}`, status: 'queued' })),
  outputs: {},
  annotations: [],
  attempt: 1,
})

test('a copy of a job stays as the job was', () => {
  const one = job(2)
  const before = copyOfJob(one)
  const [step] = one.steps
  Object.assign(step ?? {}, { status: 'in_progress', startedAt: '2026-11-27T10:00:01Z' })
  const during = copyOfJob(one)
  Object.assign(step ?? {}, { name: 'renamed' })
  const later = copyOfJob(one)
  Object.assign(step ?? {}, { status: 'completed', conclusion: 'success', completedAt: '2026-11-27T10:00:02Z' })
  one.annotations.push({ level: 'notice', message: 'more' })
  expect(before).toEqual(job(2))
  expect(during.steps[0]).toMatchObject({ status: 'in_progress', name: 'step 0' })
  expect(later.steps[0]).toMatchObject({ status: 'in_progress', name: 'renamed' })
  expect(copyOfJob(one)).toEqual(one)
  expect(later.annotations).toEqual([])
})

test('of many steps only those are copied anew that have changed', () => {
  const many = job(200)
  const made = new Set(copyOfJob(many).steps)
  for (const step of many.steps) {
    step.status = 'in_progress'
    for (const copy of copyOfJob(many).steps) made.add(copy)
    Object.assign(step, { status: 'completed', outcome: 'success', conclusion: 'success' })
    for (const copy of copyOfJob(many).steps) made.add(copy)
  }
  expect(made.size).toBe(3 * many.steps.length)
})
