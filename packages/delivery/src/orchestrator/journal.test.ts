import { expect, test } from 'vitest'
import { memoryStore } from '../testing/memory-store.ts'
import { openJournal } from './journal.ts'

const deployment = {
  id: 'd1',
  project: 'p',
  environment: 'staging',
  release: 'r',
  formerRelease: null,
  kind: 'deploy' as const,
  state: 'planned' as const,
  steps: [],
  requestedBy: 'x',
  reason: null,
  runId: null,
  createdAt: '2026-11-23T00:00:00.000Z',
  liveAt: null,
  finishedAt: null,
  failure: null,
  verdict: null,
  version: 1,
}
const verdict = { state: 'watching' as const, summary: 'so far so good', decidedAt: null, signals: [] }

test('a change is made again on what others wrote meanwhile', async () => {
  const { deployments } = memoryStore()
  await deployments.add(deployment)
  const told: number[] = []
  const journal = openJournal(deployments, deployment, changed => told.push(changed.version))
  await deployments.update({ ...deployment, verdict })
  const changed = await journal.change(each => ({ ...each, state: 'deploying' }))
  expect(changed).toMatchObject({ state: 'deploying', verdict, version: 3 })
  expect(told).toEqual([3])
})

test('an error of the store is not hidden', async () => {
  const { deployments } = memoryStore()
  const journal = openJournal(
    { ...deployments, update: async () => Promise.reject(new Error('gone')) },
    deployment,
    () => {},
  )
  await expect(journal.change(each => each)).rejects.toThrow('gone')
})
