import type { Deployment } from '@gantry/core'
import { expect } from 'vitest'
import type { Rules } from '../testing/each-database.ts'

const deployment = (id: string, minute: number, change: Partial<Deployment> = {}): Deployment => ({
  id,
  project: 'shop',
  environment: 'production',
  release: 'a1',
  formerRelease: null,
  kind: 'deploy',
  state: 'planned',
  steps: [],
  requestedBy: 'mira',
  reason: null,
  runId: null,
  createdAt: `2026-03-01T08:0${minute}:00.000Z`,
  liveAt: null,
  finishedAt: null,
  failure: null,
  verdict: null,
  version: 1,
  ...change,
})

export const deploymentRules: Rules = {
  'raises the version with every change and refuses a change of an older one': async current => {
    const { deployments } = current.store
    const planned = deployment('d1', 1)
    await deployments.add(planned)
    const deploying = await deployments.update({ ...planned, state: 'deploying' })
    expect(deploying).toEqual({ ...planned, state: 'deploying', version: 2 })
    await expect(deployments.update({ ...planned, state: 'failed' })).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await deployments.get('shop', 'd1')).toEqual(deploying)
  },

  'lets one of two changes made at once win': async current => {
    const { deployments } = current.store
    await deployments.add(deployment('d2', 2))
    const both = ['verifying', 'failed'] as const
    const ended = await Promise.allSettled(both.map(state => deployments.update(deployment('d2', 2, { state }))))
    expect(ended.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  },

  'refuses the same id twice, and a change of one that is not there': async current => {
    await expect(current.store.deployments.add(deployment('d1', 1))).rejects.toThrow(/duplicate/)
    await expect(current.store.deployments.update(deployment('none', 1))).rejects.toMatchObject({ code: 'CONFLICT' })
    const elsewhere = deployment('d1', 1, { project: 'blog', version: 2 })
    await expect(current.store.deployments.update(elsewhere)).rejects.toMatchObject({ code: 'CONFLICT' })
  },

  'answers the live one, those unfinished oldest first, and lists newest first': async current => {
    const { deployments } = current.store
    const live = { state: 'live', liveAt: '2026-03-01T09:00:00.000Z' } as const
    await deployments.add(deployment('d4', 4, { ...live, project: 'blog', release: 'b2' }))
    await deployments.add(deployment('d5', 5, { project: 'blog' }))
    await deployments.add(deployment('d6', 6, { project: 'blog', environment: 'staging', state: 'verifying' }))
    const ids = (list: Deployment[]) => list.map(({ id }) => id)
    expect((await deployments.live('blog', 'production'))?.id).toBe('d4')
    expect(await deployments.live('blog', 'staging')).toBeNull()
    expect(ids(await deployments.unfinished('blog'))).toEqual(['d5', 'd6'])
    expect(ids(await deployments.list('blog', {}))).toEqual(['d6', 'd5', 'd4'])
    expect(ids(await deployments.list('blog', { environment: 'production', limit: 1 }))).toEqual(['d5'])
    expect(ids(await deployments.list('blog', { release: 'b2' }))).toEqual(['d4'])
  },
}
