import type { GitHubLink, GitHubStore, Project, Promotion } from '@gantry/core'
import { githubClient } from '@gantry/github'
import { type GitHubFake, openGitHubFake } from '@gantry/vendor-fakes'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { PromotionDispatch } from './promotion-dispatch.ts'

let github: GitHubFake
let links: Map<string, GitHubLink>
let promotion: Promotion
let nowMs = 0
beforeAll(async () => {
  github = await openGitHubFake()
})
afterAll(() => github[Symbol.asyncDispose]())
beforeEach(() => {
  github.reset()
  links = new Map()
  nowMs = Date.parse('2026-11-28T08:00:00.000Z')
  github.state.now = () => new Date(nowMs)
  const asked = { runId: 'github:7', jobId: 'dispatch', createdAt: new Date(nowMs).toISOString() }
  promotion = { id: 'p1', release: 'a'.repeat(40), environment: 'production', state: 'approved', ...asked } as Promotion
})
afterEach(() => expect(github.oddities).toEqual([]))

const store = {
  links: async (_project: string, _kind: string, keys: string[]) => keys.flatMap(key => links.get(key) ?? []),
  openLinks: async () => [...links.values()].filter(({ isOpen }) => isOpen),
  saveLink: async (_project: string, link: GitHubLink) => void links.set(link.key, structuredClone(link)),
}
const config = { environments: { staging: { on: 'main' }, production: { from: 'staging' } } }
/** As after a start: nothing is remembered but what is stored. */
const start = (state: Promotion['state'] = 'approved') => {
  const now = () => new Date(nowMs)
  const client = githubClient({ api: github.url, token: async () => github.token, fetch, now })
  const connected = { client, repo: '/repos/acme/shop', asApp: null, token: async () => '', connection: {} as never }
  return new PromotionDispatch({
    project: 'tiny',
    store: {
      github: store as unknown as GitHubStore,
      promotions: { list: async () => [{ ...promotion, state }] } as never,
    },
    github: { connected: async () => connected },
    current: async () => ({ config }) as unknown as Project,
    now,
  }).start()
}

test('a yes that was taken back and given again starts another run, once the first one is over', async () => {
  await start()
  await start('ready')
  // The first one has yet to ask whether it may.
  await start()
  await start()
  expect(github.state.runs).toHaveLength(1)
  await start('ready')
  Object.assign(github.state.runs[0] ?? {}, { status: 'completed', conclusion: 'failure' })
  nowMs += 1_000
  await start()
  await start()
  expect(github.state.runs).toHaveLength(2)
  await start('done')
  expect([...links.values()].map(({ isOpen }) => isOpen)).toEqual([false])
})

test('a run of which GitHub does not say which it became is looked for, and asked for again only when it is not listed', async () => {
  github.state.saysRun = false
  expect(await start()).toEqual(new Date(nowMs + 5_000))
  const [run] = github.state.runs.splice(0)
  nowMs += 30_000
  await start()
  expect(github.state.runs).toHaveLength(0)
  nowMs += 31_000
  await start()
  expect(github.state.runs).toHaveLength(1)
  expect(await start()).toBeNull()
  expect(links.get('p1')?.body).toMatchObject({ run: { runId: github.state.runs[0]?.id } })
  expect(run?.id).not.toBe(github.state.runs[0]?.id)
})
