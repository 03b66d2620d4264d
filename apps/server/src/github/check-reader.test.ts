import { CommitChecks, type GitHubConnection, type GitHubLink, type Project, type Promotion } from '@gantry/core'
import { githubClient } from '@gantry/github'
import { addRun, fails, type GitHubFake, openGitHubFake, tooMany } from '@gantry/vendor-fakes'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { CheckReader } from './check-reader.ts'

let github: GitHubFake
beforeAll(async () => {
  github = await openGitHubFake()
})
afterAll(() => github[Symbol.asyncDispose]())

const release = 'a'.repeat(40)
const start = Date.UTC(2026, 10, 28, 8)
let nowMs = start
let promotions: Promotion[]
let links: Map<string, GitHubLink>
let changes = 0
let gates: object[]
let client: ReturnType<typeof githubClient>
const now = () => new Date(nowMs)

beforeEach(() => {
  github.reset()
  github.state.branches.set('main', release)
  nowMs = start
  github.state.now = now
  promotions = [{ release, environment: 'production', createdAt: now().toISOString() } as Promotion]
  links = new Map()
  changes = 0
  gates = [{ gate: 'ciGreen' }]
  client = githubClient({ api: github.url, token: async () => github.token, fetch, now })
})
afterEach(() => expect(github.oddities).toEqual([]))

const connection = { repository: 'acme/shop', repositoryId: 4242 } as GitHubConnection
let reader: CheckReader
beforeEach(() => {
  reader = new CheckReader({
    project: 'tiny',
    store: {
      github: {
        links: async (_project: string, _kind: string, [key = '']: string[]) =>
          [links.get(key)].flatMap(link => link ?? []),
        openLinks: async () => [...links.values()].filter(({ isOpen }) => isOpen),
        saveLink: async (_project: string, link: GitHubLink) => void links.set(link.key, structuredClone(link)),
      } as never,
      promotions: { list: async () => promotions } as never,
    },
    github: {
      place: { url: 'https://github.com', api: '', issuer: '' },
      connected: async () => ({ connection, client, repo: '/repos/acme/shop', token: async () => '', asApp: null }),
    },
    current: async () =>
      ({
        config: { environments: { staging: { on: 'main' }, production: { gates }, live: { on: 'release', gates } } },
      }) as unknown as Project,
    onChanged: () => changes++,
    now,
  })
})
/** Later than what was read before. */
const read = async () => {
  nowMs += 5_000
  return reader.read()
}
const said = () => CommitChecks.parse(links.get(release)?.body)
const run = (over: Partial<Parameters<typeof addRun>[1]> = {}) =>
  addRun(github.state, { workflow: 'ci.yml', title: 'ci', event: 'push', branch: 'main', sha: release, ...over })

test('runs of the commit that a promotion waits for are read with their jobs, and told of when they change', async () => {
  const one = run({ jobs: [{ id: 8, name: 'gate', status: 'completed', conclusion: 'success' }] })
  run({ sha: 'b'.repeat(40) })
  const fork = run({ event: 'pull_request', head: { id: 1, name: 'eve/shop' } })
  fork.jobs = [{ id: 9, name: 'gate', status: 'completed', conclusion: 'success' }]
  expect(await read()).toEqual(new Date(nowMs + 30_000))
  const at = 'https://github.com/acme/shop/actions/runs'
  expect(said().runs).toMatchObject([
    { id: fork.id, isOfFork: true, jobs: [] },
    {
      ...{ id: one.id, path: '.github/workflows/ci.yml', isOfFork: false, url: `${at}/${one.id}`, status: 'queued' },
      jobs: [{ name: 'gate', conclusion: 'success', url: `${at}/${one.id}/job/8` }],
    },
  ])
  expect([said().named, changes]).toEqual([null, 1])
  await read()
  expect(changes).toBe(1)
  Object.assign(one, { status: 'completed', conclusion: 'success' })
  await read()
  Object.assign(one, { attempt: 2, status: 'in_progress', conclusion: null })
  await read()
  expect([changes, said().runs[1]]).toEqual([3, expect.objectContaining({ attempt: 2, status: 'in_progress' })])
  // Its time of change moves with each step, and says nothing.
  one.updatedAt = '2026-11-28T08:30:00Z'
  await read()
  expect(changes).toBe(3)
})

test('what did not change costs nothing of the limit, and changes at once are read together', async () => {
  run()
  await read()
  const before = github.requests.length
  await read()
  expect(github.requests.slice(before).map(({ status }) => status)).toEqual([304, 304])
  expect(await reader.read()).toEqual(new Date(nowMs + 1_000))
  expect(github.requests).toHaveLength(before + 2)
})

test('checks are asked for only where a gate names some: with whose they are, and what the branch requires', async () => {
  gates = [{ gate: 'ciGreen', checks: 'required' }]
  const one = run()
  const app = { id: 15368, slug: 'github-actions' }
  const check = {
    sha: release,
    name: 'gate',
    status: 'completed',
    conclusion: 'success',
    at: '2026-11-28T08:00:00Z',
  } as const
  github.state.checks.push(
    { ...check, app, suiteId: one.suiteId },
    { ...check, app, suiteId: 1 },
    { ...check, app: { id: 3, slug: 'cla' }, name: 'cla', suiteId: 2, status: 'in_progress', conclusion: null },
  )
  github.state.statuses.push({ sha: release, context: 'size', state: 'pending', at: '2026-11-28T08:00:00Z' })
  const parameters = {
    strict_required_status_checks_policy: false,
    required_status_checks: [{ context: 'gate', integration_id: 15368 }, { context: 'cla' }],
  }
  const ruleset = { name: 'x', target: 'branch', source: 'Organization', enforcement: 'active' } as const
  const rules = [{ type: 'deletion' }, { type: 'required_status_checks', parameters }]
  github.state.rulesets.set(1, { ...ruleset, id: 1, bypass: [], include: ['~ALL'], rules })
  await read()
  expect(said().named).toMatchObject({
    checks: [
      {
        name: 'gate',
        appId: 15368,
        runId: one.id,
        isOfUnknownRun: false,
        url: 'https://github.com/acme/shop/runs/900',
      },
      { name: 'gate', runId: null, isOfUnknownRun: true },
      { name: 'cla', appId: 3, isOfUnknownRun: false, status: 'in_progress' },
      { name: 'size', appId: null, status: 'in_progress', url: `https://github.com/acme/shop/commit/${release}` },
    ],
    requiredIn: {
      production: [
        { name: 'gate', appId: 15368 },
        { name: 'cla', appId: null },
      ],
    },
  })
})

test('a commit that GitHub does not have has no checks', async () => {
  gates = [{ gate: 'ciGreen', checks: ['gate'] }]
  for (const what of ['check-runs', 'status'] as const)
    github.inject(`GET /repos/{owner}/{repo}/commits/{ref}/${what}`, fails(422, { message: 'No commit found for SHA' }))
  await read()
  expect(said()).toMatchObject({ runs: [], named: { checks: [] } })
})

test('what GitHub does not let be read is said, and keeps nothing else from being read', async () => {
  gates = [{ gate: 'ciGreen', checks: ['gate'] }]
  const other = 'b'.repeat(40)
  promotions.push({ ...promotions[0], release: other } as Promotion)
  const body = { message: 'Resource not accessible by integration' }
  github.inject('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', fails(403, body))
  await read()
  expect(said()).toMatchObject({ named: null, problem: expect.stringContaining('403') })
  expect(links.get(other)?.body).toMatchObject({ named: { checks: [] } })
  await read()
  expect(said()).toMatchObject({ named: { checks: [] } })
  github.inject('GET /repos/{owner}/{repo}/actions/runs', tooMany(60))
  await expect(read()).rejects.toThrow('takes no more requests')
  expect(said().problem).toBeUndefined()
})

test('what was read stands where GitHub fails, and runs where it does not let checks be read', async () => {
  gates = [{ gate: 'ciGreen', checks: ['gate'] }]
  run()
  await read()
  const other = 'b'.repeat(40)
  promotions.push({ ...promotions[0], release: other } as Promotion)
  const before = said()
  for (const status of [500, 502, 401]) {
    github.inject('GET /repos/{owner}/{repo}/actions/runs', fails(status, { message: 'no' }))
    github.inject('GET /repos/{owner}/{repo}/actions/runs', fails(status, { message: 'no' }))
    await expect(read()).rejects.toThrow(String(status))
    expect(said()).toEqual(before)
  }
  github.inject('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', fails(403, { message: 'no' }))
  await read()
  expect(said()).toMatchObject({ runs: before.runs, named: null, problem: expect.stringContaining('403') })
  expect(links.get(other)?.body).toMatchObject({ named: { checks: [] } })
  github.inject('GET /repos/{owner}/{repo}/actions/runs', fails(404, { message: 'Not Found' }))
  await read()
  expect(said()).toMatchObject({ runs: [], problem: expect.stringContaining('404') })
})

test('what is required is what the branch of each environment asks for', async () => {
  gates = [{ gate: 'ciGreen', checks: 'required' }]
  github.state.branches.set('release', release)
  promotions.push({ ...promotions[0], environment: 'live' } as Promotion)
  const parameters = { strict_required_status_checks_policy: false, required_status_checks: [{ context: 'audit' }] }
  const rules = [{ type: 'required_status_checks', parameters }]
  const ruleset = { name: 'x', target: 'branch', source: 'Organization', enforcement: 'active' } as const
  github.state.rulesets.set(1, { ...ruleset, id: 1, bypass: [], include: ['refs/heads/release'], rules })
  await read()
  expect(said().named?.requiredIn).toEqual({ production: [], live: [{ name: 'audit', appId: null }] })
})

test('what was read before a promotion was asked for is read again for it', async () => {
  run()
  await read()
  const { readAt } = said()
  nowMs += 60_000
  promotions.push({ ...promotions[0], createdAt: now().toISOString() } as Promotion)
  await read()
  expect([said().readAt > readAt, changes]).toEqual([true, 2])
})

test('nothing is asked once nothing waits, or where no gate asks', async () => {
  await read()
  promotions = []
  const before = github.requests.length
  expect(await read()).toBeNull()
  expect([github.requests.length, links.get(release)?.isOpen]).toEqual([before, false])
  promotions = [{ release, environment: 'production', createdAt: now().toISOString() } as Promotion]
  gates = [{ gate: 'soak' }]
  expect(await read()).toBeNull()
  expect(github.requests).toHaveLength(before)
})
