import { env } from '@gantry/core/config'
import { afterEach, expect, test } from 'vitest'
import { local } from '../providers/local/settings.ts'
import { testDelivery } from '../testing/test-delivery.ts'
import { tinyConfig, tinyRelease } from '../testing/tiny-product.ts'

const endings: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(endings.splice(0).map(end => end()))
})
const open = async (over?: Parameters<typeof testDelivery>[0]) => {
  const t = await testDelivery(over)
  endings.push(t.end)
  return t
}

test('a look at the way back opens no port, and waits for nothing that is being brought back', async () => {
  const { store, config, artifacts, deploy } = await open()
  const [one, two] = [await tinyRelease(artifacts, 'one'), await tinyRelease(artifacts, 'two')]
  await deploy(one)
  await deploy(two)
  const ports = () => store.projects.setting('tiny', 'publicPorts')
  const before = await ports()
  const question = { project: 'tiny', config, environment: 'staging' }
  // Other servers answer people, too: one that may never work on the project, and one that is about to take it over.
  const [looking, takingOver] = [
    await open({ store, artifactsOf: () => artifacts }),
    await open({ store, artifactsOf: () => artifacts }),
  ]
  expect(await looking.delivery.rollbackPlan(question)).toMatchObject({ to: one.id })
  expect(looking.delivery.address('tiny', 'staging', 'api')).toBeNull()
  void takingOver.delivery.resume('tiny', () => Promise.withResolvers<never>().promise)
  expect(await takingOver.delivery.wayBack(question)).toMatchObject({ candidates: [one.id], isSafe: true })
  expect(await ports()).toEqual(before)
})

test('what a release was started with is kept by name and salted hash, never by value, and what a rollback meets by name', async () => {
  let mail = 'first secret value'
  const { config, artifacts, deploy, delivery } = await open({
    config: tinyConfig({
      services: {
        api: {
          ...{ path: '.', health: '/healthz' },
          deploy: local({ kind: 'node', entry: 'server.mjs', env: { OWN: 'own', MAIL_KEY: env('MAIL_KEY') } }),
        },
      },
    }),
    valuesOf: async () => ({ MAIL_KEY: mail }),
  })
  const [one, two, three] = [
    await tinyRelease(artifacts, 'one'),
    await tinyRelease(artifacts, 'two'),
    await tinyRelease(artifacts, 'three'),
  ]
  const { env: noted } = await deploy(one)
  expect(Object.keys(noted?.['api'] ?? {}).toSorted()).toEqual(['MAIL_KEY', 'OWN', 'SENTRY_ENVIRONMENT'])
  expect(JSON.stringify(noted)).not.toMatch(/secret value|own"/)
  mail = 'second secret value'
  await deploy(two)
  await deploy(three)
  const question = { project: 'tiny', config, environment: 'staging' }
  const changed = { service: 'api', name: 'MAIL_KEY', change: 'changed' }
  expect((await delivery.rollbackPlan({ ...question, to: one.id })).env).toEqual([{ ...changed, comesBack: false }])
  expect((await delivery.rollbackPlan(question)).env).toEqual([])
  // What a vendor said no to is kept for the next plan, and only the newest of the same is.
  const look = { service: 'api', release: two.id, at: '2026-11-27T00:00:00.000Z', why: null }
  await delivery.keepLooks(question, [{ ...look, state: 'unknown' }])
  await delivery.keepLooks(question, [{ ...look, state: 'can' }])
  expect((await delivery.rollbackPlan(question)).looked).toEqual([{ ...look, state: 'can' }])
  // Nothing of it is at a vendor.
  expect(await delivery.wayBackQuestions(question)).toEqual({ questions: [] })
})
