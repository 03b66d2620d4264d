import { env } from '@gantry/core/config'
import { afterEach, describe, expect, test } from 'vitest'
import { local } from '../providers/settings.ts'
import { testDelivery } from '../testing/test-delivery.ts'
import { tinyConfig, tinyConfigWithDatabase, tinyRelease, tinyServer } from '../testing/tiny-product.ts'

type Test = Awaited<ReturnType<typeof testDelivery>>
const opened: Test[] = []
const open = async (over?: Parameters<typeof testDelivery>[0]) => {
  const made = await testDelivery(over)
  opened.push(made)
  return made
}
afterEach(async () => {
  await Promise.all(opened.splice(0).map(each => each.end()))
})

const textOf = async (address: string | null, path = '/') => (await fetch(`${address}${path}`)).text()

test('puts a release live: services by need, proved healthy, behind addresses that stay', async () => {
  const t = await open()
  const one = await tinyRelease(t.artifacts, 'one')
  const deployment = await t.deploy(one)
  expect(deployment).toMatchObject({ state: 'live', formerRelease: null, failure: null })
  expect(deployment.steps.map(step => [step.id, step.status])).toEqual([
    ['api.prepare', 'done'],
    ['web.prepare', 'done'],
    ['api.start', 'done'],
    ['api.health', 'done'],
    ['web.start', 'done'],
    ['web.health', 'done'],
    ['api.switch', 'done'],
    ['web.switch', 'done'],
  ])
  expect(await textOf(t.delivery.address('tiny', 'staging', 'api'))).toBe(one.id)
  expect(await textOf(t.delivery.address('tiny', 'staging', 'web'))).toBe('<title>one</title>')
  expect(await textOf(t.delivery.address('tiny', 'staging', 'web'), '/api/x')).toBe(one.id)
  expect(await textOf(t.delivery.address('tiny', 'staging', 'web'), '/env.js')).toBe(
    `globalThis.__ENV__ = ${JSON.stringify({ SENTRY_RELEASE: one.id, API_URL: t.delivery.address('tiny', 'staging', 'api') })};\n`,
  )
  expect(t.changes.map(each => each.state)).toEqual(
    expect.arrayContaining(['planned', 'deploying', 'verifying', 'live']),
  )
  expect(t.output.map(line => line.text)).toContain(`listening as ${one.id}`)
})

describe('the former release', () => {
  test('stays warm, so that going back is a switch', async () => {
    const t = await open()
    const [one, two] = [await tinyRelease(t.artifacts, 'one'), await tinyRelease(t.artifacts, 'two')]
    await t.deploy(one)
    await t.deploy(two)
    expect(await textOf(t.delivery.address('tiny', 'staging', 'api'))).toBe(two.id)
    expect(t.delivery.status()[0]).toMatchObject({ release: two.id, kept: one.id, underWay: null })

    const back = await t.rollBack()
    expect(back.steps.map(step => step.kind)).not.toContain('start')
    expect(back).toMatchObject({
      state: 'live',
      kind: 'rollback',
      release: one.id,
      formerRelease: two.id,
      reason: 'worse',
    })
    // A page is never older than the API it talks to.
    expect(back.steps.map(step => step.id).slice(0, 2)).toEqual(['web.switch', 'api.switch'])
    expect(await textOf(t.delivery.address('tiny', 'staging', 'api'))).toBe(one.id)
    expect((await t.store.deployments.list('tiny', {})).map(each => each.state)).toEqual([
      'live',
      'rolled-back',
      'superseded',
    ])
    await expect.poll(() => t.delivery.status()[0]?.services.map(each => each.release)).toEqual([one.id, one.id])
  })

  test('the one before it is stopped', async () => {
    const t = await open()
    const releases = [
      await tinyRelease(t.artifacts, 'one'),
      await tinyRelease(t.artifacts, 'two'),
      await tinyRelease(t.artifacts, 'three'),
    ] as const
    for (const release of releases) await t.deploy(release)
    const running = () => new Set(t.delivery.status()[0]?.services.map(each => each.release))
    await expect.poll(running).toEqual(new Set([releases[1].id, releases[2].id]))
    const last = await t.store.deployments.live('tiny', 'staging')
    await expect
      .poll(async () => (await t.store.deployments.get('tiny', last!.id))?.steps.at(-1))
      .toMatchObject({ phase: 'retire', status: 'done' })
  })

  test('an older one is started anew, by its files', async () => {
    const t = await open()
    const releases = [
      await tinyRelease(t.artifacts, 'one'),
      await tinyRelease(t.artifacts, 'two'),
      await tinyRelease(t.artifacts, 'three'),
    ] as const
    for (const release of releases) await t.deploy(release)
    const back = await t.rollBack('staging', releases[0].id)
    expect(back.state).toBe('live')
    expect(back.steps.map(step => step.kind)).toContain('start')
    expect(await textOf(t.delivery.address('tiny', 'staging', 'api'))).toBe(releases[0].id)
  })
})

describe('a bad release', () => {
  const cases: [string, Parameters<typeof tinyRelease>[2], string, RegExp][] = [
    [
      'never turns healthy',
      { server: tinyServer("if (request.url === '/healthz') { response.statusCode = 503; return response.end() }") },
      'api did not turn healthy in 5 s: /healthz answered 503',
      /^listening as/,
    ],
    [
      'crashes at its start',
      { server: 'console.log("about to"); throw new Error("no config")' },
      'api did not turn healthy: the process exited with code 1',
      /^about to\n.*no config/s,
    ],
    ['never listens', { server: 'setInterval(() => {}, 9)' }, 'api did not turn healthy in 5 s: nothing listens', /^$/],
  ]
  test.each(cases)('that %s is never switched to, and is said in one sentence', async (_, content, failure, wrote) => {
    // A crash ends the wait, however late it comes; a good release must start within the limit, also on a busy machine.
    const t = await open(failure.includes(' in 5 s') ? { healthTimeoutMs: 5_000 } : {})
    const [one, bad] = [await tinyRelease(t.artifacts, 'one'), await tinyRelease(t.artifacts, 'bad', content)]
    await t.deploy(one)
    const failed = await t.deploy(bad)
    expect(failed).toMatchObject({ state: 'failed', formerRelease: one.id, liveAt: null, failure })
    const step = failed.steps.find(({ status }) => status === 'failed')
    expect(step?.detail).toBe(failure.split(': ').slice(1).join(': '))
    expect(step?.lines?.join('\n')).toMatch(wrote)
    expect(Object.fromEntries(failed.steps.map(step => [step.id, step.status]))).toMatchObject({
      'api.start': 'undone',
      'api.health': 'failed',
      'web.start': 'skipped',
      'api.switch': 'skipped',
    })
    expect(await textOf(t.delivery.address('tiny', 'staging', 'api'))).toBe(one.id)
    expect(t.delivery.status()[0]?.services.every(each => each.release === one.id)).toBe(true)
    // The environment is free again.
    expect((await t.deploy(await tinyRelease(t.artifacts, 'two'))).state).toBe('live')
  })

  test('that is healthy alone and not through its public address is switched back', async () => {
    const t = await open()
    const flaky = tinyServer(
      "if (request.headers['x-forwarded-for']) { response.statusCode = 500; return response.end('no proxies') }",
    )
    const [one, bad] = [await tinyRelease(t.artifacts, 'one'), await tinyRelease(t.artifacts, 'bad', { server: flaky })]
    await t.deploy(one)
    const failed = await t.deploy(bad)
    expect(failed).toMatchObject({
      state: 'failed',
      failure: 'api was switched, but through its public address /healthz answered 500',
    })
    expect(failed.steps.filter(step => step.phase === 'switch').map(step => step.status)).toEqual(['undone', 'undone'])
    expect(await textOf(t.delivery.address('tiny', 'staging', 'api'))).toBe(one.id)
  })

  test('whose artifacts were not uploaded is refused', async () => {
    const t = await open()
    const release = await tinyRelease(t.artifacts, 'one', { isUploaded: false })
    await expect(t.deploy(release)).rejects.toMatchObject({ code: 'RELEASE_ARTIFACT_MISSING' })
    await expect(t.deploy({ ...release, artifacts: [] })).rejects.toThrow(/api has no artifact/)
    await expect(t.store.deployments.list('tiny', {})).resolves.toEqual([])
  })
})

describe('one deployment at a time', () => {
  test('the same release joins the one under way, or finds it live', async () => {
    const t = await open()
    const release = await tinyRelease(t.artifacts, 'one')
    const request = { project: 'tiny', config: t.config, release, environment: 'staging', requestedBy: 'x' }
    await t.store.releases.add(release)
    const [first, second] = await Promise.all([t.delivery.deploy(request), t.delivery.deploy(request)])
    expect(second.deployment.id).toBe(first.deployment.id)
    expect([first.isNew, second.isNew]).toEqual([true, false])
    await first.ended
    const third = await t.delivery.deploy(request)
    expect(third).toMatchObject({ isNew: false, deployment: { id: first.deployment.id, state: 'live' } })
  })

  test('another release is refused meanwhile; another environment is free', async () => {
    const t = await open()
    const [one, two] = [await tinyRelease(t.artifacts, 'one'), await tinyRelease(t.artifacts, 'two')]
    const first = t.deploy(one)
    await expect.poll(() => t.delivery.status()[0]?.underWay).toBe(one.id)
    await expect(t.deploy(two)).rejects.toMatchObject({ code: 'DEPLOY_LOCKED' })
    const production = t.deploy(one, 'production')
    expect((await Promise.all([first, production])).map(each => each.state)).toEqual(['live', 'live'])
    expect(t.delivery.address('tiny', 'staging', 'api')).not.toBe(t.delivery.address('tiny', 'production', 'api'))
  })
})

describe('rolling back', () => {
  test('is refused when there is nothing to go back to', async () => {
    const t = await open()
    await expect(t.rollBack()).rejects.toMatchObject({ code: 'NOTHING_TO_ROLL_BACK_TO' })
    const one = await tinyRelease(t.artifacts, 'one')
    await t.deploy(one)
    await expect(t.rollBack()).rejects.toThrow(/no earlier release was live here/)
    await expect(t.rollBack('staging', one.id)).rejects.toThrow(/is what runs now/)
  })

  test('its plan says what is kept, whether the schema fits, and which variables changed', async () => {
    let key = 'a'
    const t = await open({ envFor: (_p, _s, _e, release) => ({ SENTRY_RELEASE: release, API_KEY: key }) })
    const takes = { version: '2', name: 'takes', sql: 'drop table a' }
    const one = await tinyRelease(t.artifacts, 'one')
    const two = await tinyRelease(t.artifacts, 'two')
    await t.deploy(one)
    key = 'b'
    await t.deploy(two)
    const ask = () => t.delivery.rollbackPlan({ project: 'tiny', config: t.config, environment: 'staging' })
    const kept = { kept: true, isSafe: true, env: [{ name: 'API_KEY', comesBack: true }] }
    expect(await ask()).toMatchObject({ to: one.id, ...kept })
    const three = await tinyRelease(t.artifacts, 'three', { migrations: [takes] })
    const asIfLive = { project: 'tiny', config: t.config, environment: 'staging', to: two.id, asIfLive: three }
    expect(await t.delivery.rollbackPlan(asIfLive)).toMatchObject({ from: three.id, to: two.id, isSafe: false })
    await t.deploy(three)
    const plan = await ask()
    expect(plan).toMatchObject({ to: two.id, isSafe: false, schema: { fits: false }, candidates: [] })
    const question = { project: 'tiny', config: t.config, environment: 'staging' }
    const older = await t.delivery.rollbackPlan({ ...question, to: one.id })
    expect(older).toMatchObject({ kept: false, env: [{ service: 'api', name: 'API_KEY', comesBack: false }] })
  })
})

describe('what a service is given', () => {
  test('little of this machine, the addresses of the others, its own variables', async () => {
    const t = await open({ machineEnv: { PATH: process.env['PATH'], SECRET_OF_THE_MACHINE: 'x' } })
    await t.deploy(await tinyRelease(t.artifacts, 'one'))
    const env = JSON.parse(await textOf(t.delivery.address('tiny', 'staging', 'api'), '/env'))
    expect(env).toMatchObject({
      OWN: 'own',
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      SENTRY_ENVIRONMENT: 'staging',
      WEB_URL: t.delivery.address('tiny', 'staging', 'web'),
    })
    expect(env.SECRET_OF_THE_MACHINE).toBeUndefined()
  })

  test('of this machine only what is handed out; a config that wants more fails, and the former release serves', async () => {
    const wanting = (name: string) =>
      tinyConfig({
        services: {
          api: {
            path: '.',
            health: '/healthz',
            deploy: local({ kind: 'node', entry: 'server.mjs', env: { WANTED: env(name) } }),
          },
        },
      })
    const machineEnv = { PATH: process.env['PATH'], HANDED_OUT: 'handed out' }
    const t = await open({ machineEnv, config: wanting('HANDED_OUT') })
    await t.deploy(await tinyRelease(t.artifacts, 'one'))
    const served = async () => JSON.parse(await textOf(t.delivery.address('tiny', 'staging', 'api'), '/env')).WANTED
    expect(await served()).toBe('handed out')
    const own = await open({
      machineEnv,
      config: wanting('HANDED_OUT'),
      valuesOf: async (_project, environment) => ({ HANDED_OUT: `of ${environment}`, PATH: '/nowhere' }),
    })
    await own.deploy(await tinyRelease(own.artifacts, 'one'))
    const ofEnvironment = JSON.parse(await textOf(own.delivery.address('tiny', 'staging', 'api'), '/env'))
    expect([ofEnvironment.WANTED, ofEnvironment.PATH]).toEqual(['of staging', process.env['PATH']])
    const request = { project: 'tiny', config: wanting('OTHER'), environment: 'staging', requestedBy: 'test' }
    const two = await tinyRelease(t.artifacts, 'two')
    await t.store.releases.add(two)
    const failed = await (await t.delivery.deploy({ ...request, release: two })).ended
    expect(JSON.stringify(failed)).toContain('the config gives OTHER to api, and nobody set it')
    expect(await served()).toBe('handed out')
  })

  test('one that ends by itself is started again at the same address', async () => {
    const t = await open()
    const one = await tinyRelease(t.artifacts, 'one')
    await t.deploy(one)
    const address = t.delivery.address('tiny', 'staging', 'api')
    expect((await fetch(`${address}/crash`)).status).toBe(502)
    await expect.poll(async () => (await fetch(`${address}/`)).text()).toBe(one.id)
    expect(t.log.join()).toMatch(/api .* in staging exited with code 7; it is started again/)
    expect(t.delivery.status()[0]?.services.find(each => each.service === 'api')?.restarts).toBe(1)
  })

  test('that one was killed and started again stands among its own lines', async () => {
    const t = await open()
    await t.deploy(await tinyRelease(t.artifacts, 'one'))
    const pidOf = () => t.delivery.status()[0]?.services.find(each => each.service === 'api')?.pid ?? 0
    const killed = pidOf()
    process.kill(killed, 'SIGKILL')
    await expect.poll(pidOf).not.toBe(killed)
    const said = t.output.filter(({ service, text }) => service === 'api' && text.startsWith('gantry: '))
    expect(said.map(({ stream, text }) => `${stream} ${text}`)).toEqual([
      'stderr gantry: the process was ended by SIGKILL; it is started again in 250 ms',
      `stderr gantry: started again as process ${pidOf()}, restart 1 of this release`,
    ])
  })
})

test('a public port taken by another program is replaced, and that is said', async () => {
  const first = await open()
  await first.deploy(await tinyRelease(first.artifacts, 'one'))
  const base = first.parts.publicPortBase()
  const second = await open({ publicPortBase: () => base })
  const deployed = await second.deploy(await tinyRelease(second.artifacts, 'one'))
  expect(deployed).toMatchObject({ state: 'live', failure: null })
  expect(second.delivery.address('tiny', 'staging', 'api')).not.toBe(first.delivery.address('tiny', 'staging', 'api'))
  expect(second.log.join()).toMatch(/port \d+ is taken by another program/)
})

test('switching under load fails no request', async () => {
  const t = await open()
  const names = ['one', 'two', 'three', 'four']
  const releases = await Promise.all(names.map(name => tinyRelease(t.artifacts, name)))
  await t.deploy(releases[0]!)
  const address = t.delivery.address('tiny', 'staging', 'api')
  const web = t.delivery.address('tiny', 'staging', 'web')
  let isOver = false
  const seen = { good: 0, bad: [] as unknown[], releases: new Set<string>() }
  const client = async (index: number) => {
    while (!isOver) {
      const url = index % 4 === 0 ? `${web}/api/x` : index % 4 === 1 ? `${address}/slow` : `${address}/`
      const post = index % 4 === 2 ? { method: 'POST', body: 'x'.repeat(2_000) } : {}
      try {
        const response = await fetch(url, post)
        const text = await response.text()
        if (response.ok) seen.good += 1
        else seen.bad.push([url, response.status, text])
        seen.releases.add(text)
      } catch (error) {
        seen.bad.push([url, String(error), error instanceof Error ? String(error.cause) : ''])
      }
    }
  }
  const clients = Array.from({ length: 24 }, (_, index) => client(index))
  for (const release of releases.slice(1)) expect((await t.deploy(release)).state).toBe('live')
  expect((await t.rollBack()).state).toBe('live')
  await new Promise(resolve => setTimeout(resolve, 500))
  isOver = true
  await Promise.all(clients)
  expect(seen.bad).toEqual([])
  expect(seen.good).toBeGreaterThan(200)
  expect(seen.releases).toEqual(new Set(releases.map(each => each.id)))
  await t.delivery.stop()
  const counted = t.traffic.filter(each => each.service === 'api')
  expect(counted.reduce((sum, each) => sum + each.failures, 0)).toBe(0)
  expect(counted.reduce((sum, each) => sum + each.requests, 0)).toBeGreaterThanOrEqual(seen.good)
})

describe('with a database', () => {
  const table = {
    version: '20261101000000',
    name: 'notes',
    sql: 'create table notes (id int primary key);\ninsert into notes values (1);',
  }
  const server =
    "import { writeFileSync } from 'node:fs';\n" +
    tinyServer("if (request.url === '/db') return response.end(process.env.DATABASE_URL)")

  test('migrates before anything starts; a failing migration keeps nothing and the former release serves', async () => {
    const t = await open({ config: tinyConfigWithDatabase() })
    const one = await tinyRelease(t.artifacts, 'one', { migrations: [table], server })
    const live = await t.deploy(one)
    const migrated = { id: 'database.migrate', status: 'done', detail: 'applied 20261101000000' }
    expect(live.steps).toContainEqual(expect.objectContaining(migrated))
    const url = await t.delivery.databaseUrl('tiny', 'staging', 'database')
    expect(await textOf(t.delivery.address('tiny', 'staging', 'api'), '/db')).toBe(url)

    const broken = {
      version: '20261102000000',
      name: 'broken',
      sql: 'create table more (id int);\nselect *\n  from nowhere;',
    }
    const failed = await t.deploy(await tinyRelease(t.artifacts, 'two', { migrations: [table, broken], server }))
    expect(failed.failure).toBe(
      'database could not be migrated: MIGRATION_FAILED: 20261102000000_broken.sql:3:8: relation "nowhere" does not exist',
    )
    const edited = { ...table, sql: 'create table notes (id bigint primary key)' }
    const changed = await t.deploy(await tinyRelease(t.artifacts, 'three', { migrations: [edited], server }))
    expect(changed.failure).toMatch(/MIGRATION_CHANGED: 20261101000000_notes.sql was applied before/)
    expect(await textOf(t.delivery.address('tiny', 'staging', 'api'))).toBe(one.id)

    const { Client } = await import('pg')
    const client = new Client({ connectionString: url })
    await client.connect()
    const { rows } = await client.query(
      "select to_regclass('more') as more, (select count(*)::int from notes) as notes, (select statements from supabase_migrations.schema_migrations) as statements",
    )
    expect(rows).toEqual([
      { more: null, notes: 1, statements: ['create table notes (id int primary key)', 'insert into notes values (1)'] },
    ])
    await client.end()
  })
})
