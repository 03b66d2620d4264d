import { lostAnswer } from '@gantry/vendor-fakes'
import { beforeEach, describe, expect, test } from 'vitest'
import { provider } from './provider.ts'
import { flyAccount } from './testing/fly-account.ts'
import { plainToml } from './testing/fly-job.ts'

const account = flyAccount()
const { app, deploy, alive, states, settled, sent } = account
const machines = '/apps/{app_name}/machines'
const [a, b, c] = ['a', 'b', 'c'].map(letter => letter.repeat(40)) as [string, string, string]

describe('blue-green', () => {
  test('leads requests to healthy machines and keeps the former ones, stopped', async () => {
    await deploy('a', { settings: { machines: 2 } })
    expect(account.fake.answering(app)).toEqual([a, a])
    await deploy('b')
    await settled()
    expect(account.fake.answering(app)).toEqual([b, b])
    expect(states(a)).toEqual([
      ['stopped', true],
      ['stopped', true],
    ])
    expect(states(b)).toEqual([
      ['started', false],
      ['started', false],
    ])
  })

  test('no moment of a switch has nobody who answers, and nobody meets the new release before it is healthy', async () => {
    await deploy('a')
    const seen: { at: number; who: string }[] = []
    const fetch: typeof globalThis.fetch = async (...request) => {
      const answer = await account.fake.fetch(...request)
      const who = account.fake.answering(app).join()
      if (seen.at(-1)?.who !== who) seen.push({ at: account.clock.now(), who })
      return answer
    }
    await deploy('b', { fetch })
    expect(seen.map(({ who }) => who)).toEqual([a, `${a},${b}`, b])
    const [, both, alone] = seen.map(({ at }) => at)
    const started = alive(b)[0]?.changes.find(({ state }) => state === 'started')?.at ?? 0
    // Its checks pass 1.2 s after the start here, and both answer for the 10 s that proxies are given.
    expect((both ?? 0) - started).toBeGreaterThanOrEqual(1_200)
    expect((alone ?? 0) - (both ?? 0)).toBeGreaterThanOrEqual(10_000)
  })

  test('tells which machines write the lines of a release: others than those of the one before', async () => {
    await deploy('a')
    const former = account.job.answers.get('api.start')?.['writers']
    expect(former).toEqual(alive(a).map(({ id }) => id))
    account.job.answers.clear()
    await deploy('b')
    expect(account.job.answers.get('api.start')?.['writers']).toEqual(alive(b).map(({ id }) => id))
  })

  test('a release that never turns healthy is taken away, and the former serves as if nothing was', async () => {
    await deploy('a')
    account.fake.behaves('b'.repeat(64), { healthyAfterMs: null })
    const { failed, outcome } = await account.job.deploy({ letter: 'b' })
    expect(failed).toBe('health')
    expect(outcome).toMatchObject({
      ok: false,
      afterMs: expect.any(Number),
      why: expect.stringMatching(/^check servicecheck-00-http-3000 of machine \w+ is critical: connect/),
    })
    await settled()
    expect(alive(b)).toEqual([])
    expect(states(a)).toEqual([['started', false]])
  })

  test('a machine that ends instead of running is told with its exit code', async () => {
    account.fake.behaves('a'.repeat(64), { bootMs: 120_000, exits: { afterMs: 0, code: 137 } })
    const { outcome } = await account.job.deploy({ letter: 'a' })
    expect(outcome).toMatchObject({
      why: expect.stringMatching(/ended with exit code 137 instead of running; see `fly logs -a shop-staging/),
    })
  })

  test('as many machines as run now, where they run now; the first time one in the primary region', async () => {
    const guest = { cpu_kind: 'shared', cpus: 2, memory_mb: 1024 }
    const metadata = { fly_platform_version: 'v2', fly_process_group: 'app' }
    for (const region of ['ams', 'ams', 'fra']) account.fake.addMachine(app, { region, config: { metadata, guest } })
    await deploy('a')
    expect(alive(a).map(({ region }) => region)).toEqual(['ams', 'ams', 'fra'])
    expect(alive(a)[0]?.config['guest']).toEqual(guest)
    expect(account.fake.answering(app)).toEqual([a, a, a])
  })

  test('keeps one release for a way back and destroys those before, and what failed deployments left', async () => {
    for (const letter of 'abc') await deploy(letter)
    await settled()
    expect([alive(a).length, alive(b).length, alive(c).length]).toEqual([0, 1, 1])
  })

  test('a former machine whose host is gone holds nobody up, and is destroyed', async () => {
    await account.serves('a')
    await account.serves('a')
    const [lost] = account.fake.machines
    if (lost) lost.host = 'unreachable'
    await deploy('b')
    await settled()
    expect(account.fake.answering(app)).toEqual([b, b])
    expect(states(a)).toEqual([['stopped', true]])
  })

  test('stops nothing as long as no machine of the new release answers', async () => {
    await account.serves('a')
    const steps = account.job.plan({ letter: 'b' })
    const [retire] = steps.filter(({ kind }) => kind === 'retire')
    for (const step of steps.slice(0, 3)) await account.job.perform(step, { letter: 'b' })
    if (!retire) throw new Error('it is planned')
    expect(await account.job.perform(retire, { letter: 'b' })).toMatchObject({ ok: false })
    await settled()
    expect(states(a)).toEqual([['started', false]])
  })

  test('refuses what it cannot do without a gap, before anything is made', async () => {
    const why = async () => {
      const { outcome } = await account.job.deploy({ letter: 'a' })
      return outcome?.ok === false ? outcome.why : null
    }
    await account.job.toml(`${plainToml}\n[mounts]\nsource = "data"\ndestination = "/data"`)
    expect(await why()).toMatch(/mounts a volume.*strategy: 'rolling'/)
    await account.job.toml('primary_region = "ams"\n[http_service]\ninternal_port = 3000')
    expect(await why()).toMatch(/nothing says when app is healthy/)
    expect(account.fake.machines).toEqual([])
  })
})

describe('the way back', () => {
  test('starts the kept machines and switches to them: nothing is made, and the newer ones stay stopped', async () => {
    await deploy('a')
    const earlier = [account.job.history()]
    await deploy('b')
    await settled()
    const facts = { letter: 'a', kind: 'rollback' as const, earlier }
    expect(await provider.canRestore(account.job.facts(facts), account.job.context(facts))).toEqual({ can: true })
    account.fake.requests.length = 0
    await deploy('a', facts)
    await settled()
    expect(sent(`POST ${machines}`)).toEqual([])
    expect(account.fake.answering(app)).toEqual([a])
    expect(states(b)).toEqual([['stopped', true]])
  })

  test('makes them again of the image where they are gone, and says so where that is gone too', async () => {
    await deploy('a', { settings: { env: ['PUBLIC_URL'] }, env: { PUBLIC_URL: 'https://shop.example' } })
    const earlier = [account.job.history()]
    for (const letter of 'bc') await deploy(letter)
    await settled()
    const facts = { letter: 'a', kind: 'rollback' as const, earlier }
    expect(await provider.canRestore(account.job.facts(facts), account.job.context(facts))).toEqual({ can: true })
    await deploy('a', facts)
    expect(account.fake.answering(app)).toEqual([a])
    expect(alive(a)[0]?.config['env']).toMatchObject({ PUBLIC_URL: 'https://shop.example', SENTRY_RELEASE: a })
    const back = { ...facts, letter: 'b' }
    account.fake.images.clear()
    for (const each of account.fake.machines) each.config.metadata['gantry_launch'] = ''
    expect(
      await provider.canRestore(
        account.job.facts({ ...back, earlier: [account.job.history()] }),
        account.job.context(back),
      ),
    ).toMatchObject({
      can: false,
      why: expect.stringContaining('Fly has its image no more'),
    })
  })

  test('a failed way back leaves the newer release serving and the kept machines kept', async () => {
    await deploy('a')
    const earlier = [account.job.history()]
    await deploy('b')
    account.fake.behaves('a'.repeat(64), { healthyAfterMs: null })
    expect((await account.job.deploy({ letter: 'a', kind: 'rollback', earlier })).failed).toBe('health')
    await settled()
    expect(account.fake.answering(app)).toEqual([b])
    expect(states(a)).toEqual([['stopped', true]])
  })
})

test('what serves is what takes requests, and two releases at once are said', async () => {
  const facts = { letter: 'b' }
  const live = () => provider.live(account.job.facts(facts), account.job.context(facts))
  expect(await live()).toEqual({ release: null, detail: 'no machine of shop-staging takes requests' })
  await deploy('a')
  expect(await live()).toMatchObject({ release: a })
  expect(await provider.verify(account.job.facts(facts), account.job.context(facts))).toMatchObject({ ok: true })
  account.job.answers.clear()
  for (const step of account.job.plan(facts).slice(0, 4)) await account.job.perform(step, facts)
  for (const each of account.fake.machines) each.cordoned = false
  expect(await live()).toMatchObject({ release: null, detail: expect.stringContaining('2 releases') })
})

test('an app has its address before its first deployment, and a worker none', async () => {
  const facts = { letter: 'a' }
  const address = () => provider.address(account.job.facts(facts), account.job.context(facts))
  expect(await address()).toBe('https://shop-staging.fly.dev')
  const metadata = { fly_platform_version: 'v2', fly_process_group: 'app' }
  account.fake.addMachine(app, { config: { metadata } })
  expect(await address()).toBeNull()
  await deploy('a')
  expect(await address()).toBe('https://shop-staging.fly.dev')
})

test('six machines at once are made within the rates', async () => {
  await deploy('a', { settings: { machines: 3, regions: ['ams', 'fra'] } })
  await deploy('b')
  expect(account.fake.answering(app)).toHaveLength(6)
})

describe('rolling, for volumes', () => {
  const withVolume = `${plainToml}\n[mounts]\nsource = "data"\ndestination = "/data"`
  const metadata = { fly_platform_version: 'v2', fly_process_group: 'app' }
  const mounts = [{ volume: 'vol_1', path: '/data' }]
  const settings = { strategy: 'rolling' as const }
  const image = `registry.fly.io/${app}:by-hand`

  beforeEach(async () => {
    await account.job.toml(withVolume)
    for (const region of ['ams', 'fra']) account.fake.addMachine(app, { region, config: { metadata, mounts, image } })
    await settled()
  })

  test('gives each machine the whole new config in its place, with the volume it has, one after the other', async () => {
    await deploy('a', { settings })
    expect(account.fake.answering(app)).toEqual([a, a])
    expect(account.fake.machines).toHaveLength(2)
    expect(account.fake.machines[0]?.config).toMatchObject({
      mounts,
      services: [{ internal_port: 3000 }],
      image: expect.stringContaining('@sha256:aaaa'),
    })
    expect(sent(`POST ${machines}/{machine_id}`).map(({ body }) => Object(body).current_version)).toEqual(
      account.fake.machines.map(({ id }) => `i-${id}-1`),
    )
  })

  test('that does not turn healthy is taken back from the first machine, and the second was never touched', async () => {
    account.fake.behaves('a'.repeat(64), { healthyAfterMs: null })
    expect((await account.job.deploy({ letter: 'a', settings })).failed).toBe('roll')
    await settled()
    expect(account.fake.answering(app)).toEqual(['by hand', 'by hand'])
    expect(account.fake.machines.map(({ instance }) => instance.slice(-2))).toEqual(['-3', '-1'])
  })

  test('an update whose answer was lost is not done twice', async () => {
    account.fake.inject(`POST ${machines}/{machine_id}`, lostAnswer(408))
    await deploy('a', { settings })
    expect(account.fake.machines.map(({ instance }) => instance.slice(-2))).toEqual(['-2', '-2'])
  })
})
