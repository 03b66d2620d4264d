import type { Deployment, GitHubLink, GitHubStore, Project } from '@gantry/core'
import { githubClient } from '@gantry/github'
import { type GitHubFake, lostAnswer, openGitHubFake } from '@gantry/vendor-fakes'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { DeploymentMirror } from './deployment-mirror.ts'
import { PullComments } from './pull-comments.ts'

let github: GitHubFake
let deployments: Deployment[] = []
let links = new Map<string, GitHubLink>()
beforeAll(async () => {
  github = await openGitHubFake()
})
afterAll(() => github[Symbol.asyncDispose]())
beforeEach(() => {
  github.reset()
  deployments = []
  links = new Map()
})
afterEach(() => expect(github.oddities).toEqual([]))

const release = 'a'.repeat(40)
const at = (minute: number) => new Date(Date.UTC(2026, 10, 28, 8, minute)).toISOString()
const deployment = (id: string, minute: number, over: Partial<Deployment> = {}): Deployment => ({
  ...{ id, project: 'tiny', environment: 'staging', release, formerRelease: null, kind: 'deploy', state: 'deploying' },
  ...{
    steps: [],
    requestedBy: 'Ana',
    reason: null,
    runId: null,
    createdAt: at(minute),
    liveAt: null,
    finishedAt: null,
  },
  ...{ failure: null, verdict: null, version: 1 },
  ...over,
})
const key = (kind: string, of: string) => `${kind} ${of}`
const store: Pick<GitHubStore, 'links' | 'saveLink'> = {
  links: async (_project, kind, keys) => keys.flatMap(of => structuredClone(links.get(key(kind, of))) ?? []),
  async saveLink(_project, link) {
    links.set(key(link.kind, link.key), structuredClone(link))
  },
}
const config = { environments: { staging: { on: 'main' }, production: { from: 'staging' } }, services: { web: {} } }

/** As after a start: nothing is remembered but what is stored. */
const tell = () => {
  const connection = {
    repository: 'acme/shop',
    repositoryId: 1,
    app: null,
    hasToken: true,
    connectedAt: at(0),
    connectedBy: 'Ana',
  }
  const token = async () => github.token
  const client = githubClient({ api: github.url, token, fetch, now: () => new Date() })
  return new DeploymentMirror({
    project: 'tiny',
    store: { github: store as GitHubStore, deployments: { list: async () => [...deployments].reverse() } as never },
    github: { connected: async () => ({ connection, client, repo: '/repos/acme/shop', token, asApp: null }) },
    current: async () => ({ config }) as unknown as Project,
    comments: new PullComments({ project: 'tiny', store: { github: store as GitHubStore }, now: () => new Date() }),
    address: environment => `https://${environment}.example.com`,
    pages: () => 'https://gantry.example.com/p/tiny',
    now: () => new Date(),
  }).tell()
}
const states = () =>
  github.state.deployments.map(({ environment, statuses }) => [
    environment,
    statuses.map(({ state }) => state).reverse(),
  ])
const comments = () => github.state.comments.map(({ body }) => body)

test('a deployment is shown with each of its states, its page and its address, and its pull request has one comment', async () => {
  github.state.pulls.set(release, [12])
  deployments = [deployment('d1', 1)]
  await tell()
  expect(comments()[0]).toContain('| staging | [`aaaaaaa`]')
  deployments = [deployment('d1', 1, { state: 'live', liveAt: at(2) })]
  await tell()
  await tell()
  deployments.push(
    deployment('d2', 3, { environment: 'production', state: 'failed', failure: 'x'.repeat(200), finishedAt: at(4) }),
  )
  await tell()
  expect(states()).toEqual([
    ['staging', ['in_progress', 'success']],
    ['production', ['failure']],
  ])
  const [staging, production] = github.state.deployments
  expect(staging?.statuses[0]).toMatchObject({
    description: 'deployed by Ana',
    logUrl: `https://gantry.example.com/p/tiny/releases/${release}`,
    environmentUrl: 'https://staging.example.com',
  })
  expect([staging?.isProduction, production?.isProduction, production?.statuses[0]?.description.length]).toEqual([
    false,
    true,
    140,
  ])
  expect(comments()).toHaveLength(1)
  expect(comments()[0]).toMatch(
    /\| production .*\| failed \|[\s\S]*\| staging .*\| live \| 2026-11-28 08:02 UTC \| \[address\]/,
  )
})

test('what another release took the place of is inactive, and is not asked about again', async () => {
  deployments = [
    deployment('d1', 1, { state: 'superseded' }),
    deployment('d2', 2, { state: 'live', release: 'b'.repeat(40) }),
  ]
  await tell()
  expect(states()).toEqual([
    ['staging', ['inactive']],
    ['staging', ['success']],
  ])
  const before = github.requests.length
  await tell()
  expect(github.requests).toHaveLength(before)
})

test.each([
  'POST /repos/{owner}/{repo}/deployments',
  'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
  'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
])('a lost answer to %s doubles nothing and loses nothing', async operation => {
  github.state.pulls.set(release, [12])
  deployments = [deployment('d1', 1, { state: 'live', liveAt: at(2) })]
  github.inject(operation, lostAnswer(502))
  await expect(tell()).rejects.toThrow('502')
  await tell()
  expect([states(), comments().length]).toEqual([[['staging', ['success']]], 1])
})

test('a process that dies before it wrote down what it did doubles nothing', async () => {
  github.state.pulls.set(release, [12])
  deployments = [deployment('d1', 1, { state: 'live', liveAt: at(2) })]
  const { saveLink } = store
  for (let allowed = 0; allowed < 5; allowed++) {
    let writes = 0
    store.saveLink = async (...said) => {
      writes++
      // It gets one write further each time.
      if (writes > allowed) throw new Error('killed')
      return saveLink(...said)
    }
    await tell().catch(() => undefined)
  }
  store.saveLink = saveLink
  await tell()
  expect([states(), comments().length]).toEqual([[['staging', ['success']]], 1])
})

test('a commit that GitHub does not have, and what was deployed before the project was connected, are not told of', async () => {
  github.state.commits = new Set()
  deployments = [deployment('d0', -5), deployment('d1', 1)]
  await tell()
  await tell()
  expect([states(), github.requests.filter(({ method }) => method === 'POST').length]).toEqual([[], 1])
})
