import type { GitHubConnection, Project, PullRequest, Role } from '@gantry/core'
import { type GitHubFake, openGitHubFake } from '@gantry/vendor-fakes'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { keysOfGitHub, tradeJobToken } from './job-tokens.ts'

let github: GitHubFake
beforeAll(async () => {
  github = await openGitHubFake()
})
afterAll(() => github[Symbol.asyncDispose]())

const pages = 'https://gantry.example.com/p/tiny'
const config = { environments: { staging: { on: 'main' }, production: { from: 'staging' } } }

/** Pull request 12, and whether GitHub can be asked of it. */
let pull: Pick<PullRequest, 'isFork' | 'state'> | null = null
let isConnected = true
let connection = { repository: 'acme/shop', repositoryId: 4242 } as GitHubConnection

/** What a job is given, or why it is given nothing. @param roles of those who sign in with an account on GitHub */
async function given(
  claims: Record<string, unknown>,
  roles: Record<number, Role | null> = {},
  asked: string | null = null,
): Promise<string> {
  const place = { url: github.site, api: github.url, issuer: github.issuer }
  const trading = tradeJobToken(github.jobToken({ audience: pages, claims }), asked, {
    access: { newToken: async () => ({ id: 't', secret: 's' }) as never },
    store: {
      github: {
        async identify(_project: string, { repositoryId }: { repositoryId: number }) {
          if (connection.repositoryId === null) connection = { ...connection, repositoryId }
        },
      } as never,
      access: {
        whoseGitHub: async (account: number) => (account in roles ? String(account) : null),
        person: async () => null,
        role: async (_project: string, id: string) => roles[Number(id)] ?? null,
        knownAs: async () => ({ names: [], emails: [] }),
      } as never,
    },
    pulls: { find: async () => pull as PullRequest | null },
    github: { connected: async () => (isConnected ? ({} as never) : null), connection: async () => connection, place },
    keys: keysOfGitHub(place),
    project: async () => ({ name: 'tiny', config: { ...config, previews: {} } }) as unknown as Project,
    record: async () => ({}) as never,
    pages: () => pages,
    now: () => new Date(),
  })
  return trading.then(
    ({ scopes }) => scopes.join(' '),
    cause => cause.message,
  )
}

const file = (name: string, repository = 'acme/shop') => `${repository}/.github/workflows/${name}@refs/heads/main`
const byHand = { event_name: 'workflow_dispatch', environment: 'production', actor: 'eve', actor_id: '66' }
const undo = { ...byHand, workflow_ref: file('rollback.yml') }

test('a run that somebody starts who may not do it here is given nothing; who is nobody here is GitHub’s to judge', async () => {
  expect(await given(undo, { 66: 'developer' })).toContain('eve started it, who is a developer, and may not roll back')
  expect(await given(undo, { 66: null })).toContain('who belongs to the project no more')
  expect(await given(byHand, { 66: 'viewer' })).toContain('may not deploy here')
  expect(await given(undo, { 66: 'release-manager' })).toBe('read release rollback:production')
  expect(await given(undo, { 11: 'viewer' })).toBe('read release rollback:production')
  expect(await given({ ...undo, actor_id: undefined }, { 66: 'viewer' })).toBe('read release rollback:production')
})

test('a workflow that the repository’s own file calls is the file’s, wherever it lies; a file of another repository is not', async () => {
  const called = { environment: 'staging', job_workflow_ref: file('deploy.yml', 'acme/shared') }
  expect(await given(called)).toBe('read release deploy:staging')
  expect(await given({ ...called, workflow_ref: file('deploy.yml', 'eve/shop') })).toContain('its workflow file')
})

test.each(['pull_request_target', 'workflow_run', 'issue_comment', 'merge_group', 'repository_dispatch'])(
  'a job of %s is given nothing, whatever its ref says',
  async event => {
    expect(await given({ event_name: event, environment: 'production' })).toContain(`a run of ${event}`)
  },
)

test('a job of a pull request is given its own preview once GitHub said that it is of the repository itself', async () => {
  const ref = 'refs/pull/12/merge'
  const workflow = `acme/shop/.github/workflows/preview.yml@${ref}`
  const claims = { event_name: 'pull_request', environment: 'preview', ref, workflow_ref: workflow }
  pull = { isFork: false, state: 'open' }
  expect(await given(claims)).toBe('read deploy:pr-12')
  pull = { isFork: true, state: 'open' }
  expect(await given(claims)).toContain('pull request 12 is not of the repository itself')
  pull = null
  expect(await given(claims)).toContain('pull request 12 is not of the repository itself')
  isConnected = false
  pull = { isFork: false, state: 'open' }
  expect(await given(claims)).toContain('the project has neither an App nor a token')
  isConnected = true
})

test('the job that a merge starts removes the preview of that request, and of no other', async () => {
  const claims = { ...github.mergedClaims('preview.yml', 'main'), environment: 'preview' }
  pull = { isFork: false, state: 'merged' }
  expect(await given(claims, {}, 'pr-12')).toBe('read deploy:pr-12')
  expect(await given(claims)).toContain('it asks for no environment')
  pull = { isFork: false, state: 'open' }
  expect(await given(claims, {}, 'pr-12')).toContain('and 12 is open')
  pull = { isFork: true, state: 'merged' }
  expect(await given(claims, {}, 'pr-12')).toContain('pull request 12 is not of the repository itself')
})

test('of two repositories of one name the first job that is believed says which is meant, also of two at once', async () => {
  connection = { ...connection, repositoryId: null }
  const again = await Promise.all(['4242', '77'].map(id => given({ environment: 'staging', repository_id: id })))
  expect(again.filter(said => said === 'read release deploy:staging')).toHaveLength(1)
  expect(again.join()).toContain('is another repository than the one of that name')
  connection = { ...connection, repositoryId: 4242 }
})
