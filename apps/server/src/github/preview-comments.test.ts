import type { GitHubLink, GitHubStore, Preview } from '@gantry/core'
import { githubClient, newestRunOf, readPull } from '@gantry/github'
import { fails, type GitHubFake, openGitHubFake } from '@gantry/vendor-fakes'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { tellOfPreviews } from './preview-comments.ts'
import { PullComments } from './pull-comments.ts'

type FakePull = NonNullable<ReturnType<GitHubFake['state']['pullRequests']['get']>>

let github: GitHubFake
let links: Map<string, GitHubLink>
let previews: Preview[]
let live: Record<string, string>
beforeAll(async () => {
  github = await openGitHubFake()
})
afterAll(() => github[Symbol.asyncDispose]())
beforeEach(() => {
  github.reset()
  links = new Map()
  previews = []
  live = {}
})
afterEach(() => expect(github.oddities).toEqual([]))

const sha = 'a'.repeat(40)
const at = '2026-11-28T08:00:00.000Z'
const preview = (number: number, more: Partial<Preview>): Preview => ({
  ...{ project: 'tiny', number, environment: `pr-${number}`, title: 't', branch: 'b', author: 'leo', sha },
  ...{ page: `https://github.com/acme/shop/pull/${number}`, state: 'ready', deployment: 'd1', left: [], because: null },
  ...{ createdAt: at, deployedAt: at, expiresAt: at, endedAt: null, version: 1 },
  ...more,
})
const client = () => githubClient({ api: github.url, token: async () => github.token, fetch, now: () => new Date(at) })
const repo = '/repos/acme/shop'

/** As after a start: nothing is remembered but what is stored. */
function tell() {
  const store = {
    github: {
      links: async (_project: string, kind: string, keys: readonly string[]) =>
        keys.flatMap(of => structuredClone(links.get(`${kind} ${of}`)) ?? []),
      saveLink: async (_project: string, link: GitHubLink) =>
        void links.set(`${link.kind} ${link.key}`, structuredClone(link)),
    } as unknown as GitHubStore,
    previews: { list: async () => previews } as never,
    deployments: {
      live: async (_: string, environment: string) => ({ release: sha, addresses: { web: live[environment] } }),
    } as never,
  }
  const connection = { app: null, connectedAt: at, repository: 'acme/shop' } as never
  return tellOfPreviews({
    ...{ project: 'tiny', store, address: () => null, pages: () => 'https://gantry.example.com/p/tiny' },
    comments: new PullComments({ project: 'tiny', store, now: () => new Date(at) }),
    github: {
      connected: async () => ({ connection, client: client(), repo, token: async () => github.token, asApp: null }),
    },
  })
}
const comments = () => github.state.comments.map(({ body }) => body)

test('a pull request has one comment that says where its preview is, or why there is none, and nothing is said twice', async () => {
  previews = [preview(12, { state: 'making', deployment: null })]
  await tell()
  expect(comments()).toEqual([expect.stringMatching(/\| preview \| \[`aaaaaaa`\]\(.*\/previews\) \| making \|/)])
  live['pr-12'] = 'https://pr-12.example.com'
  previews = [preview(12, {}), preview(13, { state: 'refused', because: 'all 2 are taken | by others' })]
  await tell()
  expect(comments()[0]).toContain('| ready | 2026-11-28 08:00 UTC | [address](https://pr-12.example.com) |')
  expect(comments()[1]).toContain('all 2 are taken \\| by others')
  const before = github.requests.length
  await tell()
  expect(github.requests).toHaveLength(before)
})

test('a pull request of a repository that was connected before is not told of in this one, under its number', async () => {
  const pages = ['https://github.com/acme/shop-2/pull/12', 'https://github.com/acme/other/pull/12', null]
  previews = [
    ...pages.map(page => preview(12, { page })),
    preview(13, { page: 'https://github.com/Acme/Shop/pull/13' }),
  ]
  await tell()
  expect(github.state.comments.map(({ issue }) => issue)).toEqual([13])
})

test('a pull request where nobody may comment keeps none of the others from being told', async () => {
  previews = [preview(12, {}), preview(13, {})]
  github.inject('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', fails(403, { message: 'locked' }))
  await expect(tell()).rejects.toThrow(/403|locked/)
  expect(github.state.comments.map(({ issue }) => issue)).toEqual([13])
  await tell()
  expect(github.state.comments.map(({ issue }) => issue)).toEqual([13, 12])
})

test('GitHub is asked whose a pull request is, whether it is open, and how its checks stand', async () => {
  const of: FakePull = { title: 'A menu', branch: 'menu', sha, from: 4242, state: 'open', mergedAt: null }
  github.state.pullRequests = new Map<number, FakePull>([
    [12, of],
    [13, { ...of, from: 7 }],
    [14, { ...of, state: 'closed' }],
    [15, { ...of, state: 'closed', mergedAt: at }],
  ])
  const read = (number: number) => readPull(client(), repo, number)
  expect(await read(12)).toMatchObject({ number: 12, branch: 'menu', sha, state: 'open', isFork: false })
  expect(await read(13)).toMatchObject({ isFork: true })
  expect(await read(14)).toMatchObject({ isFork: false, state: 'closed' })
  expect(await read(15)).toMatchObject({ state: 'merged' })
  expect(await read(16)).toBeNull()
  expect(await newestRunOf(client(), repo, { workflow: 'ci.yml', sha })).toBeNull()
})
