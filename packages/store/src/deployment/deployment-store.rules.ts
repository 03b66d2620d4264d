import type { Deployment } from '@gantry/core'
import { expect } from 'vitest'
import type { Rules } from '../testing/each-database.ts'

const deployment = (id: string, minute: number, change: Partial<Deployment> = {}): Deployment => ({
  id,
  project: 'fleet',
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
    expect(await deployments.get('fleet', 'd1')).toEqual(deploying)
  },

  'lets one of two changes made at once win': async current => {
    const { deployments } = current.store
    await deployments.add(deployment('d2', 2))
    const both = ['deploying', 'failed'] as const
    const ended = await Promise.allSettled(both.map(state => deployments.update(deployment('d2', 2, { state }))))
    expect(ended.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  },

  'refuses the same id twice, and a change of one that is not there': async current => {
    await expect(current.store.deployments.add(deployment('d1', 1))).rejects.toThrow(/duplicate/)
    await expect(current.store.deployments.update(deployment('none', 1))).rejects.toMatchObject({ code: 'CONFLICT' })
    const elsewhere = deployment('d1', 1, { project: 'depot', version: 2 })
    await expect(current.store.deployments.update(elsewhere)).rejects.toMatchObject({ code: 'CONFLICT' })
  },

  'answers the live one, those unfinished oldest first, and lists newest first': async current => {
    const { deployments } = current.store
    const live = { state: 'live', liveAt: '2026-03-01T09:00:00.000Z' } as const
    await deployments.add(deployment('d4', 4, { ...live, project: 'depot', release: 'b2' }))
    await deployments.add(deployment('d5', 5, { project: 'depot' }))
    await deployments.add(deployment('d6', 6, { project: 'depot', environment: 'staging', state: 'verifying' }))
    const ids = (list: Deployment[]) => list.map(({ id }) => id)
    expect((await deployments.live('depot', 'production'))?.id).toBe('d4')
    expect(await deployments.live('depot', 'staging')).toBeNull()
    expect(ids(await deployments.allLive('depot'))).toEqual(['d4'])
    expect(ids(await deployments.newestIn('depot', ['production', 'staging', 'nowhere'])).sort()).toEqual(['d5', 'd6'])
    expect(await deployments.newestIn('depot', [])).toEqual([])
    expect(ids(await deployments.unfinished('depot'))).toEqual(['d5', 'd6'])
    expect(ids(await deployments.list('depot', {}))).toEqual(['d6', 'd5', 'd4'])
    expect(ids(await deployments.list('depot', { environment: 'production', limit: 1 }))).toEqual(['d5'])
    expect(ids(await deployments.list('depot', { release: 'b2' }))).toEqual(['d4'])
  },

  'answers the newest of each release in each environment, failed ones too': async current => {
    const { deployments } = current.store
    const own = { project: 'slip' }
    await deployments.add(deployment('n1', 1, { ...own, release: 'r1', environment: 'staging', ...wentLive(1) }))
    await deployments.add(deployment('n2', 2, { ...own, release: 'r1', state: 'failed' }))
    await deployments.add(deployment('n3', 3, { ...own, release: 'r1', ...wentLive(3) }))
    await deployments.add(deployment('n4', 4, { ...own, release: 'r2', environment: 'staging', state: 'failed' }))
    await deployments.add(deployment('n5', 5, { ...own, release: 'r3' }))
    const newest = await deployments.newestOf('slip', ['r1', 'r2'])
    expect(newest.map(({ id, state }) => `${id} ${state}`)).toEqual(['n3 live', 'n1 live', 'n4 failed'])
    expect(await deployments.newestOf('slip', [])).toEqual([])
  },

  'refuses a state that may not follow the stored one': async current => {
    const { deployments } = current.store
    await deployments.add(deployment('d7', 1, { project: 'yard' }))
    const leap = deployment('d7', 1, { project: 'yard', state: 'superseded' })
    await expect(deployments.update(leap)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' })
    expect(await deployments.get('yard', 'd7')).toMatchObject({ state: 'planned', version: 1 })
  },

  'keeps one live deployment in an environment, whatever is written at once': async current => {
    const { deployments } = current.store
    const own = { project: 'port' }
    await deployments.add(deployment('e0', 0, { ...own, ...wentLive(0) }))
    const ids = ['e1', 'e2', 'e3', 'e4', 'e5', 'e6']
    for (const id of ids) await deployments.add(deployment(id, 1, { ...own, state: 'verifying' }))
    const verdict = { state: 'watching', summary: '', decidedAt: null, signals: [] } as const
    const judged = async () => {
      const live = await deployments.live('port', 'production')
      if (live) await deployments.update({ ...live, verdict: { ...verdict, signals: [] } })
    }
    const ended = await Promise.allSettled(
      ids.flatMap(id => [deployments.goLive(deployment(id, 1, { ...own, ...wentLive(1) })), judged()]),
    )
    for (const each of ended) if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'CONFLICT' })
    const rows = await deployments.list('port', {})
    expect(rows.filter(({ state }) => state === 'live')).toHaveLength(1)
    expect(rows.filter(({ state }) => state === 'superseded')).toHaveLength(ids.length)
    const acts = (await current.store.ledger.list('port', { limit: 50 })).map(({ action }) => action)
    expect(acts.filter(action => action === 'deployment.live')).toHaveLength(1 + ids.length)
    expect(await current.store.ledger.verify('port')).toMatchObject({ brokenAt: null })
  },

  'refuses a second live row to whoever writes past the settling': async current => {
    const { deployments } = current.store
    const row = { project: 'dock', ...wentLive(2) }
    await deployments.add(deployment('f1', 1, row))
    await deployments.add(deployment('f2', 2, { project: 'dock', state: 'verifying' }))
    await expect(deployments.update(deployment('f2', 2, row))).rejects.toMatchObject({ code: 'CONFLICT' })
    await expect(deployments.add(deployment('f3', 3, row))).rejects.toThrow(/duplicate/)
    expect(await deployments.live('dock', 'production')).toMatchObject({ id: 'f1' })
  },

  'stores a rollback with its hold, its mark and three rows of the ledger, or nothing of it': async current => {
    const { deployments, promotions, releases, ledger } = current.store
    const own = { project: 'quay', kind: 'rollback', reason: 'half of it fails' } as const
    await releases.add({
      ...{ id: 'bad', project: 'quay', sha: 'bad', title: 't', author: 'a', createdAt: deployment('g', 0).createdAt },
      ...{ runId: null, artifacts: [], migrations: [], badBecause: null },
    })
    const because = 'half of it fails'
    const hold = { since: '2026-03-01T09:00:00.000Z', because, by: 'gantry' }
    const beginning = { evidence: { isSafe: true }, hold, bad: { release: 'bad', because } }
    await deployments.add(deployment('g1', 1, own), beginning)
    expect(await promotions.hold('quay', 'production')).toEqual(hold)
    expect(await releases.get('quay', 'bad')).toMatchObject({ badBecause: because })
    const acts = async () => (await ledger.list('quay', { limit: 50 })).map(({ action, actor }) => `${actor} ${action}`)
    const all = ['gantry release.marked-bad', 'gantry hold.placed', 'mira rollback.requested']
    expect(await acts()).toEqual(all)
    await promotions.setHold('quay', 'production', null)
    await expect(deployments.add(deployment('g1', 2, own), beginning)).rejects.toThrow(/duplicate/)
    expect(await promotions.hold('quay', 'production')).toBeNull()
    expect(await acts()).toEqual(all)
  },

  'a rollback makes what it undoes rolled back, in the transaction that makes it live': async current => {
    const { deployments, ledger } = current.store
    await deployments.add(deployment('h1', 1, { project: 'pier', release: 'bad', ...wentLive(1) }))
    const back = deployment('h2', 2, { project: 'pier', release: 'good', kind: 'rollback', state: 'verifying' })
    await deployments.add(back)
    const { live, settled } = await deployments.goLive({ ...back, ...wentLive(2) })
    expect([live, ...settled].map(({ id, state, version }) => [id, state, version])).toEqual([
      ['h2', 'live', 2],
      ['h1', 'rolled-back', 2],
    ])
    expect((await ledger.list('pier', { limit: 1 }))[0]).toMatchObject({
      ...{ action: 'rollback.done', evidence: { deployment: 'h2', settled: ['h1'] } },
    })
    await expect(deployments.goLive({ ...back, ...wentLive(3) })).rejects.toMatchObject({ code: 'CONFLICT' })
  },
}

const wentLive = (minute: number) => ({ state: 'live', liveAt: `2026-03-01T09:0${minute}:00.000Z` }) as const
