import type { Deployment, TrafficSample } from '@gantry/core'
import { EnvironmentConfig } from '@gantry/core/config'
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

/** Watches once, 30 s after it went live. */
async function watched(samples: Sample[], change: Partial<Deployment> = {}, settings: object = {}) {
  let deployment: Deployment = { ...deployed, ...change }
  const done: string[] = []
  const parts = {
    store: {
      deployments: {
        live: async () => deployment,
        update: async (next: Deployment) => {
          deployment = next
          return next
        },
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
    incidents: { happened: async ({ kind }: { kind: string }) => void done.push(kind) },
    deployments: { rollBack: async ({ reason }: { reason: string }) => void done.push(reason) },
    now: () => new Date(at(30)),
  } as unknown as VerdictWatchParts
  const { verdict } = EnvironmentConfig.parse({ verdict: { minimumRequests: 20, ...settings } })
  await watchVerdict('p', 'production', verdict, parts)
  return { verdict: deployment.verdict, done }
}

const good = sample('old', -600, 1_000, 0)
const failing = [5, 6, 7, 8].map(second => sample('new', second, 10, 5))

test('a release that fails opens an incident and is put back', async () => {
  const { verdict, done } = await watched([good, ...failing])
  expect(verdict?.state).toBe('worse')
  expect(done).toEqual(['verdict-worse', expect.stringMatching(/^verdict worse: 50 % of 40 requests to web failed/)])
})

test('what was before it went live does not count, the second it went live in does', async () => {
  const { verdict } = await watched([good, sample('new', -30, 500, 500), sample('new', 0, 30, 0)])
  expect(verdict?.signals[0]?.current).toEqual({ trials: 30, bad: 0 })
  expect(verdict?.state).not.toBe('worse')
})

test('where the config wants no rollback, the incident is all', async () => {
  expect((await watched([good, ...failing], {}, { rollback: false })).done).toEqual(['verdict-worse'])
})

test('a rollback, a first release and one that was judged are left alone', async () => {
  const bad = [good, ...failing]
  const healthy = { state: 'healthy', summary: 'fine', decidedAt: at(20), signals: [] } as const
  for (const change of [{ kind: 'rollback' }, { formerRelease: null }, { verdict: { ...healthy, signals: [] } }]) {
    expect((await watched(bad, change as Partial<Deployment>)).done).toEqual([])
  }
})
