import { afterEach, expect, test } from 'vitest'
import { testDelivery } from '../testing/test-delivery.ts'
import { tinyRelease } from '../testing/tiny-product.ts'

const opened: Awaited<ReturnType<typeof testDelivery>>[] = []
const open = async (...over: Parameters<typeof testDelivery>) => {
  const made = await testDelivery(...over)
  opened.push(made)
  return made
}
afterEach(async () => {
  for (const one of opened.splice(0)) await one.end()
})

test('what is left here runs no more, goes on elsewhere from where it was, and can be begun here again', async () => {
  const here = await open()
  const one = await tinyRelease(here.artifacts, 'one')
  await here.deploy(one)
  const two = await tinyRelease(here.artifacts, 'two')
  await here.store.releases.add(two)
  const request = { project: 'tiny', config: here.config, release: two, environment: 'staging', requestedBy: 'test' }
  const { deployment } = await here.delivery.deploy(request)
  await here.delivery.leave('tiny')
  expect(here.delivery.status()).toEqual([])
  expect(here.delivery.address('tiny', 'staging', 'api')).toBeNull()

  const there = await open({ store: here.store, artifactsOf: () => here.artifacts })
  const [taken] = await there.delivery.resume('tiny', async () => here.config)
  expect(await taken?.ended).toMatchObject({ id: deployment.id, state: 'live' })
  const answer = await fetch(`${there.delivery.address('tiny', 'staging', 'api')}/`)
  expect(await answer.text()).toContain(two.id)

  await there.delivery.leave('tiny')
  await here.delivery.resume('tiny', async () => here.config)
  expect(here.delivery.status()).toMatchObject([{ release: two.id, services: [{ isRunning: true }, {}] }])
})
