import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { previewRelease, type Release } from '@gantry/core'
import { env } from '@gantry/core/config'
import { expect, test } from 'vitest'
import { local } from '../providers/settings.ts'
import { afterDeploying, madeUpRelease } from '../testing/crash-matrix.ts'
import { MadeUpLine, ways } from '../testing/made-up-line.ts'
import { testDelivery } from '../testing/test-delivery.ts'
import { tinyConfig, tinyRelease } from '../testing/tiny-product.ts'

const one = madeUpRelease('1')
const removals = ['web', 'api'].flatMap(service => ways.map(how => ({ order: `perform ${service}.remove`, how })))

test('a removal leaves nothing, whatever step fails, hangs or loses its process, and calls a job where it needs one', async () => {
  const before = await afterDeploying(one)
  const left: string[] = []
  for (const fault of removals) {
    const line = new MadeUpLine(before)
    await line.startServer()
    line.faults = [fault]
    const id = await line.remove(one)
    while (line.row(id)?.state !== 'removed') {
      await line.time.until(() => line.row(id)?.state === 'removed' || line.isServerDead())
      if (line.isServerDead()) void line.startServer()
    }
    const { api, web } = line.places
    const isGone = [api, web].every(({ serving, started }) => serving === null && started.size === 0)
    const states = line.store.content.deployments.map(({ state }) => state)
    if (!isGone || line.faults.length > 0 || states.some(state => state !== 'removed'))
      left.push(`${fault.order}: ${fault.how}: ${states.join()}`)
  }
  expect(left).toEqual([])
})

test('what a vendor refuses six times is said, everything else goes, and the next removal finds what is left', async () => {
  const line = await afterDeploying(one)
  line.faults = Array.from({ length: 6 }, () => ({ order: 'perform web.remove', how: 'fails' as const }))
  const first = await line.remove(one)
  await line.time.until(() => line.row(first)?.finishedAt !== null)
  expect(line.row(first)).toMatchObject({
    state: 'failed',
    failure: expect.stringMatching(/^web could not be removed: /),
  })
  expect([line.places.api.started.size, line.places.web.started.size]).toEqual([0, 1])
  const second = await line.remove(one)
  await line.time.until(() => line.row(second)?.state === 'removed')
  expect(line.places.web.started.size).toBe(0)
})

test('a second removal joins the first, and nothing is deployed there meanwhile', async () => {
  const line = await afterDeploying(one)
  const [first, second] = await Promise.all([line.remove(one), line.remove(one)])
  expect(second).toBe(first)
  await expect(line.deploy(madeUpRelease('2'))).rejects.toMatchObject({
    code: 'DEPLOY_LOCKED',
    message: 'staging is being removed',
  })
  await line.time.until(() => line.row(first)?.state === 'removed')
  const again = await line.deploy(madeUpRelease('2'))
  await line.time.until(() => line.row(again)?.state === 'live')
})

const runningIn = (t: Awaited<ReturnType<typeof testDelivery>>, environment: string) => [
  ...new Set(
    t.delivery
      .status()
      .find(each => each.environment === environment)
      ?.services.map(({ release }) => release),
  ),
]
const asPreview = (release: Release): Release => ({ ...release, id: previewRelease(release.sha, 12) })

test('a preview on this machine has its own processes and addresses, nothing of the machine, and leaves no trace', async () => {
  const wanting = local({ kind: 'node', entry: 'server.mjs', env: { SECRET: env('SECRET_OF_THE_MACHINE') } })
  const config = tinyConfig()
  const { api, web } = config.services
  if (!api || !web) throw new Error('the tiny product has both')
  const t = await testDelivery()
  try {
    const release = await tinyRelease(t.artifacts, 'one')
    const preview = asPreview(release)
    await t.deploy(release)
    const greedy = tinyConfig({ services: { api: { ...api, deploy: wanting } } })
    const refused = { project: 'tiny', config: greedy, release: preview, environment: 'pr-12', requestedBy: 'test' }
    await t.store.releases.add(preview)
    expect(await (await t.delivery.deploy(refused)).ended).toMatchObject({
      state: 'failed',
      failure: expect.stringContaining('the config gives SECRET_OF_THE_MACHINE to api, and nobody set it'),
    })

    expect(await t.deploy(preview, 'pr-12')).toMatchObject({ state: 'live', release: preview.id })
    const address = t.delivery.address('tiny', 'pr-12', 'api')
    expect(await (await fetch(`${address}/`)).text()).toBe(preview.id)
    // Nobody goes back in a preview: what a later commit took the place of ends.
    const second = asPreview(await tinyRelease(t.artifacts, 'second'))
    expect(await t.deploy(second, 'pr-12')).toMatchObject({ state: 'live' })
    await expect.poll(() => runningIn(t, 'pr-12'), { timeout: 30_000 }).toEqual([second.id])
    const request = {
      project: 'tiny',
      config,
      release: second,
      environment: 'pr-12',
      requestedBy: 'test',
      reason: 'closed',
    }
    const removal = await (await t.delivery.remove(request)).ended
    expect(removal).toMatchObject({ kind: 'removal', state: 'removed', reason: 'closed' })
    expect(removal.steps.map(({ id, status }) => [id, status])).toEqual([
      ['web.remove', 'done'],
      ['api.remove', 'done'],
    ])
    await expect(fetch(`${address}/`)).rejects.toThrow()
    expect(t.delivery.address('tiny', 'pr-12', 'api')).toBeNull()
    expect(existsSync(join(t.home, 'environments/tiny/pr-12'))).toBe(false)
    expect(t.delivery.status().find(({ environment }) => environment === 'pr-12')).toMatchObject({ services: [] })
    expect(await (await t.delivery.remove(request)).ended).toMatchObject({ state: 'removed' })
    expect(await (await fetch(`${t.delivery.address('tiny', 'staging', 'api')}/`)).text()).toBe(release.id)
    // What was live is said to be gone, so that no start brings it back; and its port is given to the next.
    expect(await t.store.deployments.live('tiny', 'pr-12')).toBeNull()
    expect(await t.deploy(asPreview(await tinyRelease(t.artifacts, 'two')), 'pr-12')).toMatchObject({ state: 'live' })
    expect(t.delivery.address('tiny', 'pr-12', 'api')).toBe(address)
  } finally {
    await t.end()
  }
})
