import { cutAfter, fails, openVercelFake, type VercelFake } from '@gantry/vendor-fakes'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { idOf, type LineSettings, type VendorLine, vendorLine } from '../../testing/vendor-line.ts'

let fake: VercelFake
beforeAll(async () => {
  fake = await openVercelFake()
})
afterEach(() => {
  const odd = [...fake.oddities]
  fake.reset()
  expect(odd).toEqual([])
})
afterAll(() => fake[Symbol.asyncDispose]())

const built = { 'config.json': '{"version":3}', 'static/app.js': 'fetch("https://api.staging.example.com")' }

const lineFor = (said: object, more: Partial<LineSettings> = {}): Promise<VendorLine> =>
  vendorLine({
    deploy: { provider: 'vercel', ...{ project: 'web', timeout: '90s', ...said } },
    env: { VERCEL_TOKEN: fake.token },
    environment: 'production',
    files: built,
    fetch: fake.fetch,
    ...more,
  })

const asked = (operation: string) => fake.requests.filter(each => each.operation === operation)
const promotions = () => asked('POST /v10/projects/{projectId}/promote/{deploymentId}')
const rollbacks = () => asked('POST /v1/projects/{projectId}/rollback/{deploymentId}')

describe('what is staged', () => {
  test('has no domain until it is promoted, is built already, and carries what it is', async () => {
    const { id } = fake.addProject('web')
    const line = await lineFor({})
    await line.deploy('a', { dieAt: 'web.stage' })
    expect(fake.state.projects.get(id)?.production).toBeNull()
    expect(asked('POST /v13/deployments').at(-1)).toMatchObject({
      query: { prebuilt: '1', forceNew: '1' },
      body: {
        target: 'production',
        autoAssignCustomDomains: false,
        meta: {
          gantryRelease: idOf('a'),
          gantryEnvironment: 'production',
          gantryService: 'web',
          gantryProject: 'tiny',
        },
      },
    })
  })

  test('tells which deployment writes the lines of a release, also when it is put back', async () => {
    fake.addProject('web')
    const line = await lineFor({})
    const { answers } = await line.deploy('a')
    const id = answers.get('web.stage')?.['deploymentId']
    expect(answers.get('web.stage')?.['writers']).toEqual([id])
    await line.deploy('b')
    expect((await line.rollBack('a')).answers.get('web.find')?.['writers']).toEqual([id])
  })

  test('sends the files that Vercel lacks, and no others', async () => {
    fake.addProject('web')
    const line = await lineFor({})
    await line.deploy('a')
    expect(asked('POST /v2/files')).toHaveLength(2)
    await line.deploy('b')
    expect(asked('POST /v2/files')).toHaveLength(2)
  })

  test('a file whose upload breaks is sent again, once its connection is back', async () => {
    fake.addProject('web')
    fake.inject('POST /v2/files', cutAfter)
    fake.inject('POST /v2/files', fails(500))
    expect(await (await lineFor({})).deploy('a')).toMatchObject({ state: 'live' })
  })

  test('without a token nothing is asked, and its variable is named', async () => {
    const refused = await (await lineFor({}, { env: {} })).deploy('a')
    expect(refused.failure?.why).toBe('Vercel did not let anybody in: VERCEL_TOKEN is not set')
    expect(fake.requests).toEqual([])
  })

  test('says its own team with every request', async () => {
    fake.addProject('web')
    await (await lineFor({ team: 'team_acme' })).deploy('a')
    expect(new Set(fake.requests.map(({ query }) => query['teamId']))).toEqual(new Set(['team_acme']))
    fake.requests.length = 0
    await (await lineFor({ team: 'acme' })).deploy('b')
    expect(new Set(fake.requests.map(({ query }) => query['slug']))).toEqual(new Set(['acme']))
  })

  test('has an address before its first deployment, by which other pages lead to it', async () => {
    fake.addProject('web', { domains: ['web.vercel.app', 'shop.example'] })
    const line = await lineFor({})
    const address = () => line.service.address(line.facts('a'), line.context())
    expect(await address()).toBe('https://shop.example')
    await line.deploy('a')
    fake.requests.length = 0
    expect(await address()).toBe('https://shop.example')
    expect(asked('GET /v9/projects/{idOrName}/domains')).toEqual([])
  })

  test('plain files come with routes of their own, to the address of the service they lead to', async () => {
    fake.addProject('web')
    const line = await lineFor(
      { static: { spa: true, rewrites: { '/api/*': 'web' } } },
      { files: { 'index.html': '<p>', 'index.html.br': 'packed', 'index.html.gz': 'packed' } },
    )
    await line.deploy('a')
    expect([...fake.state.deployments.values()][0]?.files).toEqual([
      '.vercel/output/config.json',
      '.vercel/output/static/index.html',
    ])
    const config = asked('POST /v2/files').map(({ body }) => new TextDecoder().decode(body as Uint8Array))
    expect(JSON.parse(config.find(each => each.includes('routes')) ?? '')).toEqual({
      version: 3,
      routes: [
        { src: '^/api/(.*)$', dest: 'https://backend.example.com/api/$1' },
        expect.objectContaining({ continue: true }),
        { handle: 'filesystem' },
        { src: expect.any(String), dest: '/index.html' },
      ],
    })
    const [, asset, , page] = JSON.parse(config.find(each => each.includes('routes')) ?? '').routes
    const fits = ({ src }: { src: string }, path: string) => new RegExp(src).test(path)
    expect(
      ['/', '/sites/new', '/about.html', '/assets/gone-1a2b3c4d.js', '/env.js'].map(path => fits(page, path)),
    ).toEqual([true, true, true, false, false])
    expect(['/assets/app-1a2b3c4d.js', '/index.html'].map(path => fits(asset, path))).toEqual([true, false])
  })

  test('tells pages of their environment by /env.js, which the same build is given anew everywhere', async () => {
    fake.addProject('web')
    const publicEnv = ['SENTRY_RELEASE', 'SENTRY_ENVIRONMENT', 'BACKEND_URL', 'SENTRY_DSN', 'UNSET']
    const line = await lineFor(
      { static: { publicEnv } },
      {
        files: { 'index.html': '<p>', 'env.js': 'of development' },
        env: { VERCEL_TOKEN: fake.token, SENTRY_DSN: 'https://key@errors.example.com/1' },
      },
    )
    await line.deploy('a')
    const files = [...fake.state.deployments.values()][0]?.files ?? []
    expect(files.filter(file => file.endsWith('/env.js'))).toEqual(['.vercel/output/static/env.js'])
    const sent = asked('POST /v2/files').map(({ body }) => new TextDecoder().decode(body as Uint8Array))
    const script = sent.find(each => each.startsWith('globalThis.__ENV__ = ')) ?? ''
    expect(JSON.parse(script.slice('globalThis.__ENV__ = '.length, -2))).toEqual({
      SENTRY_RELEASE: idOf('a'),
      SENTRY_ENVIRONMENT: 'production',
      BACKEND_URL: 'https://backend.example.com',
      SENTRY_DSN: 'https://key@errors.example.com/1',
    })
    expect(sent).not.toContain('of development')
  })

  test('an artifact that is no build output is refused before anything is sent', async () => {
    fake.addProject('web')
    const refused = await (await lineFor({}, { files: { 'index.html': '<p>' } })).deploy('a')
    expect(refused).toMatchObject({ failedAt: 'web.check', failure: { why: expect.stringMatching(/no config\.json/) } })
    expect(fake.state.counter).toBe(0)
  })

  test('a failed build is told in the words of Vercel, with the address of its build', async () => {
    fake.addProject('web')
    fake.state.build = ['BUILDING', 'ERROR']
    const failed = await (await lineFor({})).deploy('a')
    expect(failed.failure).toMatchObject({
      why: 'Vercel says BUILD_FAILED: Command "build" exited with 1',
      lines: [expect.stringMatching(/^its build: https:\/\/vercel\.com\//)],
    })
  })

  test('a deployment that asks for a sign-in is looked at with the bypass secret, and its lack is said', async () => {
    fake.addProject('web')
    fake.state.isProtected = true
    const refused = await (await lineFor({})).deploy('a')
    expect(refused).toMatchObject({
      failedAt: 'web.probe',
      failure: { lines: [expect.stringContaining('VERCEL_AUTOMATION_BYPASS_SECRET')] },
    })
    const env = { VERCEL_TOKEN: fake.token, VERCEL_AUTOMATION_BYPASS_SECRET: fake.state.bypassSecret }
    expect(await (await lineFor({}, { env })).deploy('b')).toMatchObject({ state: 'live' })
  })
})

describe('what is baked into a build', () => {
  const inStaging = {
    VERCEL_TOKEN: 'fakeToken',
    VITE_API_URL: 'https://api.staging.example.com',
    API_KEY: 'sk-staging',
  }

  test('is told apart from what functions read when they run', async () => {
    fake.addProject('web')
    const files = { ...built, 'functions/api.func/index.js': 'process.env.DATABASE_URL + process.env.VITE_API_URL' }
    const line = await lineFor({}, { env: inStaging, files })
    const { details, answers } = await line.deploy('a')
    expect(details['web.check']).toBe('3 files; baked in: VITE_API_URL; read at run time: DATABASE_URL')
    expect(JSON.stringify([...answers])).not.toContain(inStaging.VITE_API_URL)
  })

  test.each([
    ['another value', { VITE_API_URL: 'https://api.example.com' }, 'undone'],
    ['the same value', { VITE_API_URL: inStaging.VITE_API_URL }, 'live'],
    ['no value', {}, 'live'],
  ])('of staging is %s of production: %j ends %s', async (_, own, state) => {
    fake.addProject('web')
    fake.addProject('web-staging')
    const staging = await lineFor({ project: 'web-staging' }, { env: inStaging, environment: 'staging' })
    const { answers } = await staging.deploy('a')
    const production = await lineFor({}, { env: { VERCEL_TOKEN: fake.token, ...own } })
    const facts = production.facts('a')
    facts.earlier.push({ environment: 'staging', answers: Object.fromEntries(answers) })
    const result = await production.carryOut(facts)
    expect(result.state).toBe(state)
    if (state === 'undone')
      expect(result.failure?.why).toBe("the build holds staging's VITE_API_URL, and production has another value")
  })
})

describe('promoting', () => {
  const staged = async (line: VendorLine) => line.deploy('a', { dieAt: 'web.probe' })

  test.each<[string, (id: string) => void, RegExp]>([
    [
      'a preview',
      id => Object.assign(fake.state.deployments.get(id) ?? {}, { target: null }),
      /was built for preview, not for production/,
    ],
    [
      'another project',
      id => Object.assign(fake.state.deployments.get(id) ?? {}, { projectId: 'prj_other' }),
      /of the project prj_other/,
    ],
    [
      'another release',
      id => Object.assign(fake.state.deployments.get(id)?.meta ?? {}, { gantryRelease: idOf('z') }),
      /is not web aaaaaaa/,
    ],
  ])('%s is refused before Vercel is asked', async (_, change, why) => {
    fake.addProject('web')
    const line = await lineFor({})
    const died = await staged(line)
    change(String(died.answers.get('web.stage')?.['deploymentId']))
    const refused = await line.deploy('a', { resume: died })
    expect(refused).toMatchObject({
      state: 'undone',
      failedAt: 'web.promote',
      failure: { why: expect.stringMatching(why) },
    })
    expect(promotions()).toEqual([])
  })

  test('a project whose production is another environment is refused before anything is sent', async () => {
    fake.addProject('web')
    await (await lineFor({}, { environment: 'staging' })).deploy('a')
    const refused = await (await lineFor({})).deploy('b')
    expect(refused).toMatchObject({
      failedAt: 'web.check',
      failure: { why: 'production of the project web is staging' },
    })
    expect(fake.state.counter).toBe(1)
  })

  test('202: it waits behind a rolling release, and is not asked for again', async () => {
    fake.addProject('web')
    const line = await lineFor({})
    fake.state.isRolling = true
    const waiting = line.deploy('a', {
      onSaid(text) {
        if (text.startsWith('queued')) fake.state.isRolling = false
      },
    })
    expect(await waiting).toMatchObject({ state: 'live' })
    expect(promotions()).toMatchObject([{ status: 202 }])
    expect(line.said).toContain('queued behind a rolling release of the project')
  })

  test('a rolling release that nobody completes is waited for only so long; then production is as it was', async () => {
    const project = fake.addProject('web')
    const line = await lineFor({})
    await line.deploy('a')
    fake.state.isRolling = true
    const late = await line.deploy('b')
    expect(late).toMatchObject({
      state: 'undone',
      failure: {
        why: 'the promotion waits behind a rolling release',
        afterMs: 90_000,
        lines: [expect.stringMatching(/complete or abort/)],
      },
    })
    expect(project.production).toBe('dpl_fake1')
  })

  test('domains that do not move are named, and those that moved go back', async () => {
    const project = fake.addProject('web', { domains: ['shop.example.com', 'www.example.com'] })
    const line = await lineFor({})
    await line.deploy('a')
    project.stuckDomains = ['www.example.com']
    const failing = line.deploy('b', { onUndo: () => void project.stuckDomains.splice(0) })
    expect((await failing).failure?.why).toBe('these domains did not move: www.example.com')
    expect(project.domains.map(each => fake.state.aliases.get(each))).toEqual(['dpl_fake1', 'dpl_fake1'])
  })

  test('what serves already is not promoted again', async () => {
    fake.addProject('web')
    const line = await lineFor({})
    const died = await line.deploy('a', { dieAt: 'web.promote' })
    expect(await line.deploy('a', { resume: died })).toMatchObject({ state: 'live' })
    expect(promotions()).toHaveLength(1)
  })
})

describe('rolling back', () => {
  test('builds nothing, and leaves the assignment of domains as it was', async () => {
    const project = fake.addProject('web')
    const line = await lineFor({})
    await line.deploy('a')
    await line.deploy('b')
    expect(await line.rollBack('a')).toMatchObject({ state: 'live' })
    expect([project.production, project.autoAssignCustomDomains]).toEqual(['dpl_fake1', true])
    expect([fake.state.counter, rollbacks().length]).toEqual([2, 1])
    expect(rollbacks()[0]?.query['description']).toBe('Gantry: back to aaaaaaa')
  })

  test('a project that assigns no domains by itself does not begin to', async () => {
    const project = fake.addProject('web', { autoAssignCustomDomains: false })
    const line = await lineFor({})
    await line.deploy('a')
    project.autoAssignCustomDomains = false
    await line.deploy('b')
    project.autoAssignCustomDomains = false
    await line.rollBack('a')
    expect(project.autoAssignCustomDomains).toBe(false)
  })

  test('further back than the plan allows says so', async () => {
    fake.addProject('web')
    const line = await lineFor({})
    for (const release of ['a', 'b', 'c']) await line.deploy(release)
    fake.state.plan = 'hobby'
    const refused = await line.rollBack('a')
    expect(refused.failure?.why).toMatch(/402 payment_required/)
    expect(refused.failure?.lines[0]).toMatch(/the plan of the account/)
  })
})

describe('an environment behind a domain', () => {
  const inStaging = { environment: 'staging' }
  const aliases = { staging: 'staging.example.com' }

  test('is a preview of the project that its domain leads to, and goes back by that domain', async () => {
    const project = fake.addProject('web')
    const line = await lineFor({ aliases }, inStaging)
    expect(await line.deploy('a')).toMatchObject({ state: 'live' })
    await line.deploy('b')
    expect([...fake.state.aliases]).toEqual([['staging.example.com', 'dpl_fake2']])
    expect(await line.rollBack('a')).toMatchObject({ state: 'live' })
    expect([...fake.state.aliases]).toEqual([['staging.example.com', 'dpl_fake1']])
    expect([project.production, promotions().length]).toEqual([null, 0])
    expect([...fake.state.deployments.values()].map(({ target }) => target)).toEqual([null, null])
  })
})
