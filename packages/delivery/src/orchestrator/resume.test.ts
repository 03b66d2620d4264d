import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { testDelivery } from '../testing/test-delivery.ts'
import { tinyConfig, tinyRelease } from '../testing/tiny-product.ts'

const endings: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of endings.splice(0)) await end()
})
const open = async (over?: Parameters<typeof testDelivery>[0]) => {
  const t = await testDelivery(over)
  endings.unshift(over?.home ? () => t.delivery.stop() : t.end)
  return t
}
const textOf = async (address: string | null) => (await fetch(`${address}/`)).text()

test('a start brings every environment back, at the same addresses', async () => {
  const first = await open()
  const [one, two] = [await tinyRelease(first.artifacts, 'one'), await tinyRelease(first.artifacts, 'two')]
  await first.deploy(one)
  await first.deploy(one, 'production')
  await first.deploy(two)
  const addresses = () =>
    ['staging', 'production'].map(environment => first.delivery.address('tiny', environment, 'api'))
  const before = addresses()
  await first.delivery.stop()

  const again = await open({ home: first.home, store: first.store, publicPortBase: first.parts.publicPortBase })
  // Asked before everything is back: it waits.
  const resuming = again.delivery.resume('tiny', async () => again.config)
  expect(
    (
      await again.delivery.deploy({
        project: 'tiny',
        config: again.config,
        release: two,
        environment: 'staging',
        requestedBy: 'x',
      })
    ).isNew,
  ).toBe(false)
  expect(await resuming).toEqual([])
  expect(['staging', 'production'].map(environment => again.delivery.address('tiny', environment, 'api'))).toEqual(
    before,
  )
  expect(await Promise.all(before.map(textOf))).toEqual([two.id, one.id])
  expect(await again.rollBack()).toMatchObject({ state: 'live', release: one.id })
})

test('what does not come back at once is tried again', async () => {
  const first = await open()
  const one = await tinyRelease(first.artifacts, 'one')
  await first.deploy(one)
  await first.delivery.stop()
  await rm(join(first.home, 'artifacts'), { recursive: true })
  await rm(join(first.home, 'environments'), { recursive: true })

  const again = await open({ home: first.home, store: first.store })
  await again.delivery.resume('tiny', async () => again.config)
  expect(again.log.join()).toMatch(/api .* did not come back in staging, it is tried again: no artifact sha256:/)
  expect((await fetch(`${again.delivery.address('tiny', 'staging', 'api')}/`)).status).toBe(503)
  await tinyRelease(again.artifacts, 'one')
  await expect.poll(() => textOf(again.delivery.address('tiny', 'staging', 'api'))).toBe(one.id)
})

test('a release whose config is gone is left out, and that is said', async () => {
  const first = await open()
  await first.deploy(await tinyRelease(first.artifacts, 'one'))
  await first.delivery.stop()
  const again = await open({ home: first.home, store: first.store })
  await again.delivery.resume('tiny', async () => {
    throw new Error('no such commit')
  })
  expect(again.log.join()).toMatch(/cannot be brought back in staging: its config cannot be read: no such commit/)
})

test('only the newest of several unfinished deployments goes on', async () => {
  const t = await open()
  const releases = [await tinyRelease(t.artifacts, 'one'), await tinyRelease(t.artifacts, 'two')] as const
  for (const [index, release] of releases.entries()) {
    await t.store.releases.add(release)
    const row = {
      id: `d${index}`,
      project: 'tiny',
      environment: 'staging',
      release: release.id,
      formerRelease: null,
      kind: 'deploy' as const,
      state: 'deploying' as const,
      steps: [],
      requestedBy: 'x',
      reason: null,
      runId: null,
      createdAt: `2026-11-23T0${index}:00:00.000Z`,
      liveAt: null,
      finishedAt: null,
      failure: null,
      verdict: null,
      version: 1,
    }
    await t.store.deployments.add(row)
  }
  const [taken, ...others] = await t.delivery.resume('tiny', async () => t.config)
  expect(others).toEqual([])
  expect(await taken?.ended).toMatchObject({ id: 'd1', state: 'live' })
  expect(await t.store.deployments.get('tiny', 'd0')).toMatchObject({
    state: 'failed',
    failure: 'a newer deployment was begun after it',
  })
})

test('a row nobody works on any more does not block its environment', async () => {
  const t = await open()
  const one = await tinyRelease(t.artifacts, 'one')
  let isGone = false
  const { update } = t.store.deployments
  t.store.deployments.update = async row => {
    if (isGone) throw new Error('the database went away')
    isGone = row.steps.some(step => step.id === 'api.health' && step.status === 'running')
    return update(row)
  }
  await expect(t.deploy(one)).rejects.toThrow('the database went away')
  isGone = false
  t.store.deployments.update = update
  expect((await t.deploy(await tinyRelease(t.artifacts, 'two'))).state).toBe('live')
  expect((await t.store.deployments.list('tiny', { release: one.id }))[0]).toMatchObject({
    state: 'failed',
    failure: expect.stringContaining('left behind'),
  })
  expect(t.delivery.status()[0]?.services.map(each => each.release)).not.toContain(one.id)
})

test('a service that left the config answers 503 and is stopped', async () => {
  const t = await open()
  const one = await tinyRelease(t.artifacts, 'one')
  await t.deploy(one)
  const { api } = tinyConfig().services
  const config = tinyConfig({ services: { api: api! } })
  const deploy = async (name: string) => {
    const release = await tinyRelease(t.artifacts, name)
    await t.store.releases.add(release)
    return (await t.delivery.deploy({ project: 'tiny', config, release, environment: 'staging', requestedBy: 'x' }))
      .ended
  }
  expect((await deploy('two')).state).toBe('live')
  expect((await fetch(`${t.delivery.address('tiny', 'staging', 'web')}/`)).status).toBe(503)
  // Kept with the former release, so that a rollback brings it back at once.
  expect((await t.rollBack()).state).toBe('live')
  expect(await textOf(t.delivery.address('tiny', 'staging', 'web'))).toBe('<title>one</title>')
  await deploy('three')
  await deploy('four')
  await expect.poll(() => t.delivery.status()[0]?.services.map(each => each.service)).toEqual(['api', 'api'])
})

test('an environment that does not come back keeps no other waiting', async () => {
  const first = await open()
  const [one, two] = [await tinyRelease(first.artifacts, 'one'), await tinyRelease(first.artifacts, 'two')]
  await first.deploy(one)
  await first.delivery.stop()

  const again = await open({ home: first.home, store: first.store })
  const isBack = Promise.withResolvers<typeof again.config>()
  const resuming = again.delivery.resume('tiny', () => isBack.promise)
  expect(await again.deploy(two, 'production')).toMatchObject({ state: 'live' })
  isBack.resolve(again.config)
  expect(await resuming).toEqual([])
  expect(again.delivery.status().find(({ environment }) => environment === 'staging')?.release).toBe(one.id)
})
