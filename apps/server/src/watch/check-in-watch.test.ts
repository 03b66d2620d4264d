import type { CheckIn, Monitor } from '@gantry/core'
import type { Config } from '@gantry/core/config'
import { type Database, storeOn } from '@gantry/store'
import { embeddedDatabase } from '@gantry/store/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { CheckInWatch, nextTick } from './check-in-watch.ts'

let database: Database
let nowMs = Date.parse('2026-11-28T10:00:00.000Z')
const told: string[] = []
const changed: string[] = []
const warned: string[] = []
let jobsChanged = 0

beforeAll(async () => {
  database = await embeddedDatabase()
})
afterAll(() => database.close())
beforeEach(() => {
  for (const list of [told, changed, warned]) list.splice(0)
  jobsChanged = 0
})

const watch = (project: string, mostJobs = 500) =>
  new CheckInWatch({
    ...{ project, store: storeOn(database), now: () => new Date(nowMs) },
    live: { tell: ({ key }) => void told.push(key) },
    onChange: ({ name, state }) => void changed.push(`${name} ${state}`),
    onJobs: () => void jobsChanged++,
    forgottenAfterMs: async () => 86_400_000,
    log: { warn: (_facts, message) => void warned.push(message) },
    mostJobs,
  })
const checkIn = (project: string, status: CheckIn['status'], over: Partial<CheckIn> = {}): CheckIn => ({
  ...{ project, environment: 'production', name: 'nightly', id: 'run', status, durationMs: null },
  ...{ at: new Date(nowMs).toISOString(), beat: null },
  ...over,
})
const every = (everyMs: number) => ({
  ...{ cron: null, everyMs, marginMs: 60_000, maxRunMs: 600_000, confirmations: null, recovery: null },
})
const monitors = (project: string): Promise<Monitor[]> => storeOn(database).monitors.list(project)

test('what a job tells stands in its monitor, and rules hear of it when it fails, is missed, and is well again', async () => {
  const jobs = watch('shop')
  await jobs.hear([checkIn('shop', 'ok', { beat: every(600_000) }), checkIn('shop', 'ok', { environment: 'staging' })])
  expect(told).toHaveLength(2)
  expect((await jobs.look())?.getTime()).toBe(nowMs + 660_000)
  expect([changed.splice(0), jobsChanged]).toEqual([['nightly up', 'nightly up'], 1])
  await jobs.hear([checkIn('shop', 'error')])
  await jobs.look()
  expect(changed.splice(0)).toEqual(['nightly down'])
  await jobs.hear([checkIn('shop', 'ok')])
  await jobs.look()
  nowMs += 660_000
  await jobs.look()
  expect(changed.splice(0)).toEqual(['nightly up', 'nightly down'])
  expect((await monitors('shop'))[0]?.last?.error).toContain('nothing was heard of it')
  await jobs.hear([checkIn('shop', 'in_progress'), checkIn('shop', 'ok')])
  await jobs.look()
  expect([changed, jobsChanged]).toEqual([['nightly up'], 1])
})

test('a job has a rule without anybody writing one, and one that is written wins', async () => {
  const jobs = watch('shop')
  await jobs.look()
  const config = { alerts: {} } as Config
  const { alerts = {} } = jobs.withRules({ name: 'shop', config }).config ?? {}
  expect(alerts).toEqual({
    'job nightly': {
      ...{ rule: 'down', monitor: 'nightly', for: '0s', severity: 'critical', environments: ['production', 'staging'] },
    },
  })
  const own = { alerts: { 'job nightly': { rule: 'down', monitor: 'home' } } } as unknown as Config
  expect(jobs.withRules({ name: 'shop', config: own }).config?.alerts).toEqual(own.alerts)
  expect(jobs.withRules({ name: 'shop', config: null }).config).toBeNull()
})

test('a job that told nothing for long is watched no more', async () => {
  const jobs = watch('shop')
  nowMs += 86_400_001
  await jobs.hear([checkIn('shop', 'ok', { environment: 'staging' })])
  await jobs.look()
  expect((await monitors('shop')).map(({ environment }) => environment)).toEqual(['staging'])
})

test('a client that makes up names does not fill the screens of others', async () => {
  const jobs = watch('many', 5)
  const names = Array.from({ length: 7 }, (_, index) => `job ${index}`)
  const refused = await jobs.hear(names.map(name => checkIn('many', 'ok', { name })))
  expect([...refused]).toEqual([
    [5, 'too-many-jobs'],
    [6, 'too-many-jobs'],
  ])
  await jobs.hear([checkIn('many', 'error', { name: 'job 3' })])
  expect(await monitors('many')).toHaveLength(5)
  expect((await monitors('many')).find(({ name }) => name === 'job 3')?.state).toBe('down')
  // Once, however many there are.
  expect(warned).toHaveLength(1)
})

test.each([
  ['0 3 * * *', 'UTC', '2026-11-29T03:00:00.000Z'],
  ['0 3 * * *', 'Europe/Berlin', '2026-11-29T02:00:00.000Z'],
  ['whenever', 'UTC', null],
  ['0 3 * * *', 'Moon/Sea', null],
])('%s in %s comes next at %s', (expression, timezone, next) => {
  expect(nextTick({ expression, timezone }, '2026-11-28T10:00:00.000Z')).toBe(next)
})
