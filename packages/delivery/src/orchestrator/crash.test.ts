import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { Release } from '@gantry/core'
import { afterEach, expect, test } from 'vitest'
import { memoryStore } from '../testing/memory-store.ts'
import { testCacheDir, testDelivery } from '../testing/test-delivery.ts'
import { tinyConfig, tinyConfigWithDatabase, tinyRelease, tinyServer } from '../testing/tiny-product.ts'

const migrations = [
  { version: '1', name: 'notes', sql: 'create table notes (id int primary key); insert into notes values (1)' },
]
const more = [...migrations, { version: '2', name: 'more', sql: 'create table more (id int primary key)' }]
const endings: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of endings.splice(0)) await end()
})

/** A home, and two releases built. */
async function prepared(config = tinyConfig()) {
  const home = await mkdtemp(join(tmpdir(), 'gantry-crash-'))
  const storeFile = join(home, 'store.json')
  const store = memoryStore(storeFile)
  await store.projects.ensure({ name: 'tiny', createdAt: '2026-11-23T00:00:00.000Z' })
  const t = await testDelivery({ config, home, store })
  endings.push(t.end)
  // Slow to listen, so that there is a middle to die in.
  const server = `await new Promise(resolve => setTimeout(resolve, 150));\n${tinyServer()}`
  const one = await tinyRelease(t.artifacts, 'one', { migrations })
  const two = await tinyRelease(t.artifacts, 'two', { migrations: more, server })
  await store.releases.add(two)
  /** These went live before, and nothing runs. */
  const liveBefore = async (...releases: Release[]) => {
    for (const release of releases) expect(await t.deploy(release)).toMatchObject({ state: 'live', failure: null })
    await t.delivery.stop()
  }
  const host = async (release: Release, dieAt: string, afterMs = 0, kind = 'deploy') => {
    const order = {
      storeFile,
      home: t.home,
      cacheDir: testCacheDir,
      publicPortBase: t.parts.publicPortBase(),
      config,
      release,
      kind,
      dieAt,
      afterMs,
    }
    const script = fileURLToPath(import.meta.resolve('../testing/crash-host.ts'))
    const child = spawn(process.execPath, [script, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'pipe'] })
    const [, out, complaints] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)])
    return { signal: child.signalCode, out, complaints }
  }
  const startAgain = async () => {
    const again = await testDelivery({
      home: t.home,
      store: memoryStore(storeFile),
      config,
      publicPortBase: t.parts.publicPortBase,
    })
    endings.unshift(() => again.delivery.stop())
    const taken = await again.delivery.resume('tiny', async () => config)
    return { ...again, taken: await Promise.all(taken.map(each => each.ended)) }
  }
  return { home, one, two, liveBefore, host, startAgain }
}

/** Processes of services and databases: all are started with a path under the home. */
function processesOf(home: string): string[] {
  return readdirSync('/proc').flatMap(pid => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      const state = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0]
      return command.includes(home) && !command.includes('crash-host') && state !== 'Z' ? [`${pid} ${command}`] : []
    } catch {
      return []
    }
  })
}

/**
 * Real processes die while data changes and while traffic is switched with every change, and at all of these moments every night:
 * crash-matrix.test.ts has them die at every moment, with every change, in made-up time.
 */
const often = ['database.migrate running', 'api.switch running']

const moments: [string, number][] = [
  ['planned', 0],
  ['database.migrate running', 120],
  ['api.prepare running', 5],
  ['api.start running', 0],
  ['api.health running', 80],
  ['api.switch running', 0],
  ['api.switch done', 0],
  ['verifying', 0],
  ['live', 0],
]

const tried = process.env['NIGHTLY'] === '1' ? moments : moments.filter(([moment]) => often.includes(moment))

test.runIf(process.platform === 'linux').each(tried)(
  'killed at "%s" + %i ms, a deployment goes on to its end',
  async (moment, afterMs) => {
    const hasDatabase = moment.startsWith('database')
    const p = await prepared(hasDatabase ? tinyConfigWithDatabase() : tinyConfig())
    await p.liveBefore(p.one)
    expect(await p.host(p.two, moment, afterMs)).toMatchObject({ signal: 'SIGKILL' })

    const again = await p.startAgain()
    if (moment === 'live') expect(again.taken).toEqual([])
    else
      expect(again.taken).toMatchObject([{ release: p.two.id, state: 'live', failure: null, formerRelease: p.one.id }])
    const read = async (service: string) =>
      (await fetch(`${again.delivery.address('tiny', 'staging', service)}/`)).text()
    expect(await read('api')).toBe(p.two.id)
    expect(await read('web')).toBe('<title>two</title>')
    const rows = await again.store.deployments.list('tiny', {})
    expect(rows.map(each => each.state)).toEqual(['live', 'superseded'])
    // Two services of the live release (and of the former, where this start saw the switch), one database.
    const expected = (moment === 'live' ? 2 : 4) + (hasDatabase ? 1 : 0)
    expect(processesOf(p.home)).toHaveLength(expected)
    await again.delivery.stop()
    expect(processesOf(p.home)).toEqual([])
  },
)

test.runIf(process.platform === 'linux').each(['web.switch done'])(
  'killed at "%s", a rollback goes on to its end',
  async moment => {
    const p = await prepared()
    await p.liveBefore(p.one, p.two)
    expect(await p.host(p.one, moment, 0, 'rollback')).toMatchObject({ signal: 'SIGKILL' })
    const again = await p.startAgain()
    expect(again.taken).toMatchObject([{ kind: 'rollback', release: p.one.id, state: 'live' }])
    expect(await (await fetch(`${again.delivery.address('tiny', 'staging', 'api')}/`)).text()).toBe(p.one.id)
    await expect.poll(() => processesOf(p.home).length).toBe(2)
  },
)

test.runIf(process.platform === 'linux')(
  'a deployment that cannot go on fails, and the former release serves',
  async () => {
    const p = await prepared()
    await p.liveBefore(p.one)
    await p.host(p.two, 'api.start done')
    const t = await testDelivery({ home: p.home, store: memoryStore(join(p.home, 'store.json')) })
    endings.unshift(() => t.delivery.stop())
    const taken = await t.delivery.resume('tiny', async release => {
      if (release.id === p.two.id) throw new Error('the commit is gone')
      return tinyConfig()
    })
    expect(taken).toEqual([])
    const [newest] = await t.store.deployments.list('tiny', {})
    expect(newest).toMatchObject({ state: 'failed', failure: 'its config cannot be read: the commit is gone' })
    expect(await (await fetch(`${t.delivery.address('tiny', 'staging', 'api')}/`)).text()).toBe(p.one.id)
  },
)

test('what was stopped in the middle is taken up by the next start', async () => {
  const config = tinyConfigWithDatabase()
  const t = await testDelivery({ config })
  endings.push(t.end)
  const one = await tinyRelease(t.artifacts, 'one', {
    migrations,
    server: `await new Promise(resolve => setTimeout(resolve, 400));\n${tinyServer()}`,
  })
  await t.store.releases.add(one)
  const { deployment } = await t.delivery.deploy({
    project: 'tiny',
    config,
    release: one,
    environment: 'staging',
    requestedBy: 'x',
  })
  await expect
    .poll(
      async () =>
        (await t.store.deployments.get('tiny', deployment.id))?.steps.find(step => step.id === 'api.start')?.status,
      { timeout: 60_000 },
    )
    .toBe('done')
  await t.delivery.stop()
  expect(await t.store.deployments.get('tiny', deployment.id)).toMatchObject({ state: 'deploying', failure: null })
  const again = await testDelivery({ home: t.home, store: t.store, config })
  endings.unshift(() => again.delivery.stop())
  const [taken] = await again.delivery.resume('tiny', async () => config)
  expect(await taken?.ended).toMatchObject({ id: deployment.id, state: 'live' })
})
