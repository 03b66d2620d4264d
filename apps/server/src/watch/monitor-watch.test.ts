import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { http, local, parseConfig } from '@gantry/config'
import { type Check, GantryError, type Monitor, type MonitorStore, type Project } from '@gantry/core'
import type { MonitorConfig } from '@gantry/core/config'
import { manualTimers } from '@gantry/watch/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLiveHub } from '../live/live-hub.ts'
import { MonitorWatch } from './monitor-watch.ts'

const asked: string[] = []
const marks: unknown[] = []
const server = createServer((request, response) => {
  asked.push(request.url ?? '')
  marks.push(request.headers['x-gantry-probe'])
  response.writeHead(200).end()
})
let base = ''
beforeAll(async () => {
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

function memoryMonitors(): Pick<MonitorStore, 'sync' | 'save' | 'list' | 'checks'> & {
  stored: Map<string, Monitor>
  seen: Check[]
} {
  const stored = new Map<string, Monitor>()
  const seen: Check[] = []
  return {
    stored,
    seen,
    async sync(_project, environment, monitors) {
      for (const { id, ...known } of [...stored.values()]) if (known.environment === environment) stored.delete(id)
      for (const monitor of monitors) stored.set(monitor.id, monitor)
    },
    async save(_monitor, check) {
      seen.push(check)
    },
    list: async () => [...stored.values()],
    checks: async () => [],
  }
}

function watching() {
  const store = memoryMonitors()
  const timers = manualTimers()
  const errors: unknown[] = []
  const watch = new MonitorWatch({
    onChange: () => undefined,
    store: { monitors: store },
    live: createLiveHub(0),
    address: () => base,
    probeMark: 'secret',
    now: () => new Date('2026-11-23T10:00:00.000Z'),
    onError: cause => void errors.push(cause),
    timers,
  })
  const adopt = (monitors: Record<string, unknown>, environments = ['production']) =>
    watch.adopt(projectWith(monitors, environments))
  return { store, timers, errors, watch, adopt }
}

function projectWith(monitors: Record<string, unknown>, environments: string[]): Project {
  const [first, ...others] = environments
  const config = parseConfig({
    project: 'shop',
    services: { api: { path: 'apps/api', deploy: local({ kind: 'node', entry: 'main.mjs' }) } },
    environments: {
      [first ?? '']: { on: 'main' },
      ...Object.fromEntries(others.map(name => [name, { from: first }])),
    },
    monitors: Object.fromEntries(Object.keys(monitors).map(name => [name, http({ service: 'api' })])),
  })
  // As rows keep them: what a config of another time said is there as well.
  const kept = Object.entries(config.monitors).map(([name, said]): [string, MonitorConfig] => {
    const { service, ...rhythm } = said
    return [name, { ...rhythm, ...Object(monitors[name]) }]
  })
  return {
    title: '',
    archivedAt: null,
    name: 'shop',
    number: 1,
    config: { ...config, monitors: Object.fromEntries(kept) },
    configSha: 'a'.repeat(40),
    createdAt: '2026-11-23T10:00:00.000Z',
  }
}

test('probes a service where it lives, in the rhythm it was given', async () => {
  const { store, timers, watch, adopt } = watching()
  await adopt({ home: { type: 'http', service: 'api', path: '/ok?deep=1', every: '30s' } })
  await timers.advance(0)
  await expect.poll(() => store.seen).toMatchObject([{ isOk: true, status: 200, error: null }])
  expect(asked.splice(0)).toEqual(['/ok?deep=1'])
  await timers.advance(29_999)
  expect(asked).toEqual([])
  await timers.advance(1)
  await expect.poll(() => store.seen).toHaveLength(2)
  await watch.stop()
  asked.splice(0)
})

test('shows that it is Gantry who asks, at the address Gantry answers at', async () => {
  marks.splice(0)
  const { store, timers, watch, adopt } = watching()
  await adopt({ home: { type: 'http', service: 'api' } })
  await timers.advance(0)
  await expect.poll(() => store.seen).toHaveLength(1)
  expect(marks).toEqual(['secret'])
  await watch.stop()
  asked.splice(0)
})

test('a path that looks like another host stays at the service', async () => {
  const { store, watch, adopt } = watching()
  await adopt({ home: { type: 'http', service: 'api', path: '//169.254.169.254/latest' } })
  expect([...store.stored.values()].map(({ target }) => target)).toEqual([`${base}//169.254.169.254/latest`])
  await watch.stop()
})

test('an address of this network that an older config holds is named and not asked, and the others are probed', async () => {
  const { store, timers, errors, watch, adopt } = watching()
  await adopt({ inside: { type: 'http', url: `${base}/secret` }, home: { type: 'http', service: 'api' } })
  await timers.advance(0)
  await expect.poll(() => store.seen).toMatchObject([{ isOk: true }])
  expect(errors.map(String)).toEqual([expect.stringMatching(/monitors\.inside: .*127\.0\.0\.1 is an address of this/)])
  expect(asked.splice(0)).toEqual(['/'])
  await watch.stop()
})

test('a monitor without a rhythm is named and left out, and the others are probed', async () => {
  const { store, timers, errors, watch } = watching()
  const project = projectWith(
    {
      never: { type: 'http', service: 'api', path: '/never' },
      home: { type: 'http', service: 'api', path: '/home' },
    },
    ['production'],
  )
  // A config that an older Gantry accepted and stored.
  const { never } = project.config?.monitors ?? {}
  if (never) never.every = '0s'
  await watch.adopt(project)
  await timers.advance(20_000)
  await expect.poll(() => store.seen).toHaveLength(1)
  expect(asked.splice(0)).toEqual(['/home'])
  expect(errors).toEqual([expect.any(GantryError)])
  expect(String(errors[0])).toContain('monitors.never: probe "http": every: expected a time above zero')
  await watch.stop()
})

test('what the config no longer names is no longer probed, an environment that went included', async () => {
  const { store, timers, watch, adopt } = watching()
  const home = { home: { type: 'http', service: 'api', path: '/home' } }
  await adopt(home, ['production', 'preview'])
  expect([...store.stored.values()].map(({ environment }) => environment).sort()).toEqual(['preview', 'production'])
  await adopt(home, ['production'])
  expect([...store.stored.values()].map(({ environment }) => environment)).toEqual(['production'])
  await adopt({}, ['production'])
  expect(store.stored.size).toBe(0)
  await timers.advance(60_000)
  expect(store.seen.filter(({ at }) => at).length).toBe(0)
  await watch.stop()
})
