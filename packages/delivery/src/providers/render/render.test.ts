import { fails, lostAnswer, openRenderFake, type RenderFake } from '@gantry/vendor-fakes'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { idOf, type LineSettings, type VendorLine, vendorLine } from '../../testing/vendor-line.ts'

let fake: RenderFake
beforeAll(async () => {
  fake = await openRenderFake()
})
afterEach(() => {
  const odd = [...fake.oddities, ...fake.unmet()]
  fake.reset()
  expect(odd).toEqual([])
})
afterAll(() => fake[Symbol.asyncDispose]())

const lineFor = (said: object = {}, more: Partial<LineSettings> = {}): Promise<VendorLine> =>
  vendorLine({
    deploy: { provider: 'render', ...{ service: 'api', timeout: '90s', ...said } },
    env: { RENDER_API_KEY: fake.token },
    environment: 'production',
    files: {},
    fetch: fake.fetch,
    ...more,
  })

const asked = (operation: string) => fake.requests.filter(each => each.operation === operation)
const create = 'POST /services/{serviceId}/deploys'

describe('deploying', () => {
  test('a commit is built at Render, by the id or the name of the service', async () => {
    fake.addService('api')
    await (await lineFor()).deploy('a')
    await (await lineFor({ service: 'srv-api' })).deploy('b')
    expect(asked(create).map(({ body }) => body)).toEqual([{ commitId: idOf('a') }, { commitId: idOf('b') }])
  })

  test('automatic deploys beside Gantry are told', async () => {
    const service = fake.addService('api')
    const line = await lineFor()
    expect((await line.deploy('a')).details['web.check']).toMatch(/automatic deploys are on/)
    service.autoDeploy = 'no'
    expect((await line.deploy('b')).details['web.check']).toBe('api is there')
  })

  test('an image is deployed by the tag of the commit, and its digest is kept', async () => {
    fake.addService('api-production', { imagePath: 'ghcr.io/acme/api:main' })
    const line = await lineFor({ service: 'api-{environment}', image: 'ghcr.io/acme/api:{commit}' })
    const { answers } = await line.deploy('a')
    expect(asked(create)[0]?.body).toEqual({ imageUrl: `ghcr.io/acme/api:${idOf('a')}` })
    expect(answers.get('web.deploy')).toEqual({ deployId: 'dep-1', imageDigest: 'sha256:dep-1' })
    expect(await line.service.live(line.facts('a'), line.context())).toMatchObject({ release: idOf('a') })
  })

  test('202: a deploy in the queue of Render is found by its commit, and followed', async () => {
    fake.addService('api')
    fake.state.isQueueing = true
    expect(await (await lineFor()).deploy('a')).toMatchObject({ state: 'live' })
    expect(asked(create)).toMatchObject([{ status: 202 }])
  })

  test('409: it waits until the deploy that is under way has ended', async () => {
    fake.addService('api')
    fake.inject(create, fails(409), 3)
    const line = await lineFor()
    expect(await line.deploy('a')).toMatchObject({ state: 'live' })
    expect(line.said).toContain('waiting: another deploy is under way at Render')
    expect(fake.state.services.get('srv-api')?.deploys).toHaveLength(1)
  })

  test('409 without end is given up after our own time', async () => {
    fake.addService('api')
    fake.inject(create, fails(409), 60)
    const line = await lineFor()
    expect((await line.deploy('a')).failure).toMatchObject({
      why: expect.stringMatching(/another deploy/),
      afterMs: 90_000,
    })
    fake.forget()
  })

  test('a failed build is told in the words of Render', async () => {
    fake.addService('api')
    fake.state.build = ['build_in_progress', 'build_failed']
    expect((await (await lineFor()).deploy('a')).failure).toMatchObject({
      why: 'Render says build failed',
      lines: ['see the log of dep-1 at Render'],
    })
  })

  test.each<[string, object, object, RegExp]>([
    ['a suspended service', { isSuspended: true }, {}, /suspended/],
    ['a service of images, without saying which', { imagePath: 'ghcr.io/acme/api' }, {}, /runs an image/],
    ['a name that Render does not know', {}, { service: 'apo' }, /no service "apo"/],
  ])('%s is refused before anything is started', async (_, service, said, why) => {
    fake.addService('api', service)
    expect((await (await lineFor(said)).deploy('a')).failure?.why).toMatch(why)
    expect(asked(create)).toEqual([])
  })

  test('a deploy of the same commit again is a new one: it may bring new variables', async () => {
    fake.addService('api')
    const line = await lineFor()
    await line.deploy('a')
    await line.deploy('a')
    expect(asked(create)).toHaveLength(2)
  })
})

describe('rolling back', () => {
  test('switches automatic deploys off first, or the next push would bring the bad code back', async () => {
    const service = fake.addService('api')
    const line = await lineFor()
    await line.deploy('a')
    await line.deploy('b')
    const { details } = await line.rollBack('a')
    expect(service.autoDeploy).toBe('no')
    expect(details['web.deploy']).toMatch(/automatic deploys of api are off now$/)
    const order = fake.requests.map(({ operation }) => operation)
    expect(order.indexOf('PATCH /services/{serviceId}')).toBeLessThan(
      order.indexOf('POST /services/{serviceId}/rollback'),
    )
  })

  test('an answer that is lost starts no second one', async () => {
    const service = fake.addService('api')
    const line = await lineFor()
    await line.deploy('a')
    await line.deploy('b')
    fake.inject('POST /services/{serviceId}/rollback', lostAnswer())
    expect(await line.rollBack('a')).toMatchObject({ state: 'live' })
    expect(service.deploys.map(({ trigger }) => trigger)).toEqual(['rollback', 'api', 'api'])
  })

  test('done twice it is as good as once', async () => {
    const service = fake.addService('api')
    const line = await lineFor()
    await line.deploy('a')
    await line.deploy('b')
    const died = await line.rollBack('a', { dieAt: 'web.deploy' })
    expect(await line.rollBack('a', { resume: died })).toMatchObject({ state: 'live' })
    expect(service.deploys).toHaveLength(3)
  })

  test('a build that the plan no longer keeps is no way back', async () => {
    fake.addService('api')
    const line = await lineFor({ buildsKept: 2 })
    for (const release of ['a', 'b', 'c', 'd']) await line.deploy(release)
    const can = async (release: string) => line.service.canRestore(line.facts(release, 'rollback'), line.context())
    expect(await can('b')).toEqual({ can: true })
    expect(await can('a')).toEqual({ can: false, why: expect.stringMatching(/keeps 2 builds/) })
  })
})

test('a step that is given up cancels its deploy', async () => {
  const service = fake.addService('api')
  fake.state.build = ['build_in_progress']
  const line = await lineFor()
  const facts = line.facts('a')
  const step = line.service.plan(facts)[1]
  if (!step) throw new Error('there is no step that deploys')
  const answers = new Map()
  await line.service
    .perform(step, facts, { ...line.contextOf(step.id, answers), sleep: () => Promise.reject(new Error('given up')) })
    .catch(() => {})
  await line.service.cancel(step, facts, line.contextOf(step.id, answers))
  expect(service.deploys[0]?.status).toBe('canceled')
})

describe('a preview', () => {
  const image = 'ghcr.io/acme/api:{commit}'

  test('is deployed with what is its own, and never becomes live with what the service beside it has', async () => {
    const base = fake.addService('api', { imagePath: 'ghcr.io/acme/api:main', env: { DATABASE_URL: 'of others' } })
    const own = { previewEnv: ['DATABASE_URL'], image }
    const line = await lineFor(own, {
      environment: 'pr-12',
      env: { RENDER_API_KEY: fake.token, DATABASE_URL: 'of pr-12' },
    })
    expect(await line.deploy('a')).toMatchObject({ state: 'live' })
    const made = [...fake.state.services.values()].find(({ name }) => /-pr-12-[0-9a-f]{8}$/.test(name))
    expect([base.env, made?.env]).toEqual([{ DATABASE_URL: 'of others' }, { DATABASE_URL: 'of pr-12' }])
    expect(made?.deploys.map(({ status }) => status)).toEqual(['live', 'canceled'])
    expect(await line.deploy('b')).toMatchObject({ state: 'live' })
    expect(asked('PUT /services/{serviceId}/env-vars/{envVarKey}')).toHaveLength(1)
  })

  test('is not begun without what is its own, nor where nobody says whose settings it has', async () => {
    fake.addService('api', { imagePath: 'ghcr.io/acme/api:main' })
    const line = await lineFor({ previewEnv: ['DATABASE_URL'], image }, { environment: 'pr-12' })
    expect((await line.deploy('a')).failure?.why).toContain('the job of pr-12 has no DATABASE_URL')
    expect([...fake.state.services.values()].map(({ name }) => name)).toEqual(['api'])
    const named = await lineFor({ service: { production: 'api' }, image })
    expect(named.service.noPreview).toContain('name the service whose settings previews have')
    expect((await lineFor()).service.noPreview).toContain('Render previews images only')
    expect((await lineFor({ service: { preview: 'api' }, image })).service.noPreview).toBeNull()
  })
})
