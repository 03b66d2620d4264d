import { expect, test } from 'vitest'
import type { DeployStep } from './deployment.ts'
import { atVendors, logWriters } from './log-writers.ts'

const step = (id: string, more: Partial<DeployStep> = {}): DeployStep => ({
  ...{ id, service: id.split('.')[0] ?? '', kind: 'start', phase: 'start', undoable: true, summary: '' },
  ...{ status: 'done', startedAt: null, finishedAt: null, detail: null },
  ...more,
})
const deployment = {
  ...{ environment: 'production', release: 'r2' },
  steps: [
    step('api.image', { runsIn: 'job' }),
    step('api.start', { runsIn: 'job', answer: { writers: ['m1', 'm2'] } }),
    step('web.stage', { runsIn: 'job', answer: { writers: ['dpl_2'], before: 'dpl_1' } }),
    step('queue.start', { answer: { writers: 'm3' } }),
  ],
}

test('what a job deploys is at a vendor, what the server runs is not', () => {
  const place = { environment: 'production', release: 'r2' }
  expect(atVendors([deployment])).toEqual([
    { ...place, service: 'api' },
    { ...place, service: 'web' },
  ])
})

test('a line is of the release that its writer runs, and nobody knows other writers', () => {
  const writers = logWriters([deployment, { ...deployment, environment: 'staging', steps: [step('api.start')] }])
  expect([...writers.keys()]).toEqual(['m1', 'm2', 'dpl_2'])
  expect(writers.get('m2')).toEqual({ environment: 'production', service: 'api', release: 'r2' })
  expect(logWriters([{ ...deployment, steps: [step('a.b', { answer: { writers: ['', 7] } })] }]).size).toBe(0)
})
