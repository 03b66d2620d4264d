import { parseConfig } from '@gantry/config'
import type { Alert, FaultShown, Store } from '@gantry/core'
import { storeOn } from '@gantry/store'
import { embeddedDatabase } from '@gantry/store/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createLiveHub } from '../live/live-hub.ts'
import { projectLive } from '../live/project-live.ts'
import { IncidentDesk } from './incident-desk.ts'

const bad = 'b'.repeat(40)
const good = 'a'.repeat(40)
const start = Date.parse('2026-11-23T10:00:00.000Z')
const at = (second: number) => new Date(start + second * 1_000).toISOString()
let store: Store
let close = async () => {}
let desk: IncidentDesk
let nowMs = start
let count = 0
let project = ''

beforeAll(async () => {
  const database = await embeddedDatabase()
  store = storeOn(database)
  close = () => database.close()
})
afterAll(() => close())
beforeEach(() => {
  nowMs = start
  project = `p${++count}`
  const live = projectLive(project, createLiveHub(0))
  const now = () => new Date(nowMs)
  const config = parseConfig({
    project: 'p',
    services: { web: { path: '.', deploy: { provider: 'local', kind: 'static' } } },
    environments: { production: { on: 'main' } },
    routes: [{ to: [{ type: 'slack', name: 'slack:#ops' }] }],
  })
  desk = new IncidentDesk({
    project: async () => ({
      title: '',
      archivedAt: null,
      name: project,
      number: 1,
      config,
      configSha: null,
      createdAt: at(0),
    }),
    runbooks: async () => [],
    ...{ store, live, now },
    pages: () => 'http://g',
    onNotices: () => undefined,
  })
})

const firing = (service: string, suspect: string | null = null, change: Partial<Alert> = {}): FaultShown => ({
  ...{ kind: 'alert-firing', suspect },
  alert: {
    ...{ id: `${service}-1`, project, rule: 'down', key: service, state: 'firing', severity: 'critical' },
    ...{ environment: 'production', service, release: bad, summary: `${service} is down`, since: at(0) },
    ...{ firedAt: at(0), resolvedAt: null, incident: null, ...change },
  },
})
const told = async () =>
  (await Promise.all([1, 2].map(number => store.outbox.forIncident(project, number))))
    .flat()
    .map(({ notice }) => `${notice.incident} ${notice.kind}`)
const texts = async (number: number) => (await store.incidents.entries(project, number)).map(({ text }) => text)

test('a second fault in another service pages although the first was taken, and numbers are not spent on what joins', async () => {
  const first = await desk.show(firing('runtime'))
  await desk.acknowledge(first, { by: 'Ana' })
  for (const id of ['runtime-2', 'runtime-3', 'runtime-3']) await desk.show(firing('runtime', null, { id }))
  const second = await desk.show(firing('backend', bad))
  expect([first.number, second.number]).toEqual([1, 2])
  expect(second).toMatchObject({ state: 'open', service: 'backend', release: bad })
  expect(await told()).toEqual(['1 opened', '1 acknowledged', '2 opened'])
})

test('two faults of one cause at the same moment are one incident', async () => {
  const both = await Promise.all([desk.show(firing('web', bad)), desk.show(firing('backend', bad))])
  expect(both.map(({ number }) => number)).toEqual([1, 1])
  expect(await told()).toEqual(['1 opened', '1 further-sign'])
})

test('a rollback is told where its release is suspected, is a line elsewhere, and is not told twice', async () => {
  await desk.show(firing('runtime'))
  await desk.show(firing('backend', bad))
  const end = { kind: 'rolled-back', release: bad, to: good, tookMs: 400, notBack: [] } as const
  const place = { project, environment: 'production', since: at(1), endedAt: at(2) }
  nowMs += 2_000
  for (let time = 0; time < 2; time++) await desk.rollbackEnded(place, end)
  const line = 'rolled back to aaaaaaa in 0.4 s; promotions are held'
  for (const number of [1, 2]) expect((await texts(number)).filter(text => text === line)).toHaveLength(1)
  expect(await told()).toEqual(['1 opened', '2 opened', '2 rolled-back'])
})

test('where no incident suspects its release, the newest is told of a rollback', async () => {
  await desk.show(firing('runtime'))
  const place = { project, environment: 'production', since: at(0), endedAt: at(1) }
  await desk.rollbackEnded(place, { kind: 'not-rolled-back', release: bad, why: 'none was live' })
  expect(await told()).toEqual(['1 opened', '1 not-rolled-back'])
  expect((await texts(1)).at(-1)).toBe('bbbbbbb was not rolled back: none was live')
})

test('a rollback long ago is no line in an incident of today', async () => {
  await desk.show(firing('runtime'))
  const place = { project, environment: 'production', since: at(-90_000), endedAt: at(-89_000) }
  const end = { kind: 'rolled-back', release: bad, to: good, tookMs: 400, notBack: [] } as const
  await desk.rollbackEnded(place, end)
  expect(await told()).toEqual(['1 opened'])
})

test('an alert that ends is told to its own incident, whatever else is open', async () => {
  const first = await desk.show(firing('runtime'))
  await desk.show(firing('backend', bad))
  const { alert } = firing('runtime') as Extract<FaultShown, { kind: 'alert-firing' }>
  await desk.alertEnded({ kind: 'alert-resolved', alert: { ...alert, incident: first.number } })
  await desk.alertEnded({ kind: 'alert-resolved', alert: { ...alert, incident: 99 } })
  await desk.alertEnded({ kind: 'alert-resolved', alert })
  expect((await texts(1)).at(-1)).toBe('alert down resolved')
  expect(await texts(2)).not.toContain('alert down resolved')
})
