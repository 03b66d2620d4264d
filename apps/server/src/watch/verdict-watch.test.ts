import { type Deployment, type ErrorCode, GantryError, type TrafficSample } from '@gantry/core'
import { Config } from '@gantry/core/config'
import { expect, test } from 'vitest'
import { createLiveHub } from '../live/live-hub.ts'
import { ComparedTraffic } from './compared-traffic.ts'
import { type VerdictWatchParts, watchVerdict } from './verdict-watch.ts'

const liveAt = '2026-11-23T10:00:00.600Z'
const at = (second: number) => new Date(Date.parse('2026-11-23T10:00:00.000Z') + second * 1_000).toISOString()
const deployed = {
  ...{ id: 'd', project: 'p', environment: 'production', release: 'new', formerRelease: 'old', kind: 'deploy' },
  ...{ state: 'live', steps: [], createdAt: at(-5), liveAt, verdict: null, version: 1 },
} as unknown as Deployment

type Sample = Pick<TrafficSample, 'release' | 'at' | 'requests' | 'failures'>
const sample = (release: string, second: number, requests: number, failures: number): Sample => ({
  ...{ release, at: at(second), requests, failures },
})

interface World {
  change?: Partial<Deployment>
  settings?: object
  rollBack?(): Promise<Deployment>
  update?(next: Deployment): Promise<Deployment>
}

/** Watches as often as asked, 30 s after it went live. */
async function watched(samples: Sample[], { change = {}, settings = {}, rollBack, update }: World = {}, times = 1) {
  let deployment: Deployment = { ...deployed, ...change }
  const done: string[] = []
  const parts = {
    store: {
      deployments: {
        live: async () => deployment,
        update:
          update ??
          (async (next: Deployment) => {
            deployment = { ...next, version: next.version + 1 }
            return deployment
          }),
      },
    },
    traffic: new ComparedTraffic({
      trafficSeries: async (_, { from, to }) =>
        samples
          .filter(one => one.at >= from && one.at < to)
          .map(one => ({ ...one, service: 'web', errors: 0 }))
          .toSorted((a, b) => a.at.localeCompare(b.at)),
    }),
    live: createLiveHub(0),
    incidents: {
      show: async ({ kind }: { kind: string }) => void done.push(kind),
      rollbackEnded: async (_: object, end: { kind: string; why: string }) => void done.push(`${end.kind}: ${end.why}`),
    },
    deployments: {
      async rollBack({ reason }: { reason: string }) {
        done.push(reason)
        return rollBack ? rollBack() : { ...deployed, release: 'old' }
      },
    },
    now: () => new Date(at(30)),
  } as unknown as VerdictWatchParts
  const { verdict } = Config.shape.environments.valueType.parse({ verdict: { minimumRequests: 20, ...settings } })
  let again: Date | null = null
  for (let time = 0; time < times; time++) again = await watchVerdict('p', 'production', verdict, parts)
  return { again: again?.toISOString() ?? null, verdict: deployment.verdict, answered: deployment.answered?.how, done }
}

const good = sample('old', -600, 1_000, 0)
const bad = [good, ...[5, 6, 7, 8].map(second => sample('new', second, 10, 5))]
const refusing = (code: ErrorCode, message: string) => async () => {
  throw new GantryError(code, message)
}

test('a release that fails opens an incident and is put back, once', async () => {
  const { verdict, answered, done } = await watched(bad, {}, 3)
  expect(verdict?.state).toBe('worse')
  expect(done).toEqual(['verdict-worse', expect.stringMatching(/^verdict worse: 50 % of 40 requests to web failed/)])
  expect(answered).toBe('rollback to old began')
})

test('a server that died between the verdict and its answer answers when it is back', async () => {
  const verdict = { state: 'worse', summary: 'half of it fails', decidedAt: at(9), signals: [] } as const
  const { done, answered } = await watched([], { change: { verdict: { ...verdict, signals: [] } } }, 2)
  expect(done).toEqual(['verdict-worse', 'verdict worse: half of it fails'])
  expect(answered).toBe('rollback to old began')
})

test('that there is nothing to go back to is said in the incident, once', async () => {
  const rollBack = refusing('NOTHING_TO_ROLL_BACK_TO', 'no earlier release can be restored')
  const { done, answered } = await watched(bad, { rollBack }, 3)
  expect(done).toEqual([
    'verdict-worse',
    expect.any(String),
    'not-rolled-back: no earlier release can be restored; it still runs',
  ])
  expect(answered).toBe('not rolled back: no earlier release can be restored')
})

test('so is a rollback that breaks in a way nobody thought of', async () => {
  const rollBack = async () => Promise.reject(new Error('EIO'))
  expect((await watched(bad, { rollBack }, 3)).done.at(-1)).toBe('not-rolled-back: EIO; it still runs')
})

test('while another deployment is under way it is tried again', async () => {
  const { done, answered } = await watched(bad, { rollBack: refusing('DEPLOY_LOCKED', 'under way') }, 2)
  expect(done.filter(what => what.startsWith('verdict worse'))).toHaveLength(2)
  expect(answered).toBeUndefined()
})

test('says when it has to be looked at again though no traffic comes: when its time is over, soon, or never', async () => {
  const overAt = new Date(Date.parse(liveAt) + 15 * 60_000).toISOString()
  const settings = { within: '15m' }
  expect((await watched([good], { settings })).again).toBe(overAt)
  expect((await watched(bad, { settings })).again).toBeNull()
  expect((await watched(bad, { settings, rollBack: refusing('DEPLOY_LOCKED', 'under way') })).again).toBe(at(31))
  expect((await watched(bad, { settings, update: refusing('CONFLICT', 'it moved on') })).again).toBe(at(31))
  expect((await watched(bad, { settings, change: { formerRelease: null } })).again).toBeNull()
  expect((await watched([good], { settings: { within: '20s' } })).again).toBeNull()
})

test('a database that went away is nobody’s answer: the next look tries again', async () => {
  const rollBack = refusing('DATABASE_UNREACHABLE', 'gone')
  await expect(watched(bad, { rollBack })).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' })
})

test('a verdict on what is no longer live is dropped: whoever took its place was faster', async () => {
  const { done } = await watched(bad, { update: refusing('CONFLICT', 'it moved on') })
  expect(done).toEqual([])
})

test('what was before it went live does not count, the second it went live in does', async () => {
  const { verdict } = await watched([good, sample('new', -30, 500, 500), sample('new', 0, 30, 0)])
  expect(verdict?.signals[0]?.current).toEqual({ trials: 30, bad: 0 })
  expect(verdict?.state).not.toBe('worse')
})

test('where the config wants no rollback, the incident is all', async () => {
  const { done, answered } = await watched(bad, { settings: { rollback: false } }, 2)
  expect(done).toEqual(['verdict-worse'])
  expect(answered).toContain('rollback: false')
})

test('a rollback, a first release and one that was judged are left alone', async () => {
  const healthy = { state: 'healthy', summary: 'fine', decidedAt: at(20), signals: [] } as const
  for (const change of [{ kind: 'rollback' }, { formerRelease: null }, { verdict: { ...healthy, signals: [] } }]) {
    expect((await watched(bad, { change: change as Partial<Deployment> })).done).toEqual([])
  }
})
