import { afterEach, expect, test } from 'vitest'
import { testDelivery } from '../testing/test-delivery.ts'
import { tinyRelease } from '../testing/tiny-product.ts'

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
