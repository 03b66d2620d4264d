import type { GitHubConnection, GitHubLink, Project, Promotion } from '@gantry/core'
import { githubClient } from '@gantry/github'
import { addRun, type GitHubFake, openGitHubFake } from '@gantry/vendor-fakes'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { ProtectionRule } from './protection-rule.ts'

let github: GitHubFake
beforeAll(async () => {
  github = await openGitHubFake()
})
afterAll(() => github[Symbol.asyncDispose]())
let links: Map<string, GitHubLink>
let promotions: Promotion[]
/** What was asked to be let in. */
let requested: string[]
beforeEach(() => {
  github.reset()
  links = new Map()
  requested = []
  promotions = [promotion('p1', release, 'approved')]
})
afterEach(() => expect(github.oddities).toEqual([]))

const [release, head] = ['a'.repeat(40), 'b'.repeat(40)]
const promotion = (id: string, of: string, state: Promotion['state']) =>
  ({
    id,
    release: of,
    environment: 'production',
    state,
    approvals: [],
    approvalsNeeded: 1,
    gates: [],
  }) as unknown as Promotion
const config = { environments: { staging: { on: 'main' }, production: { from: 'staging' } } }

async function asked(over: Partial<Parameters<typeof addRun>[1]>) {
  const said = { workflow: 'deploy.yml', title: 'deploy', event: 'workflow_dispatch', branch: 'main', sha: head }
  const run = addRun(github.state, {
    ...said,
    status: 'waiting',
    pending: ['production'],
    actor: 'gantry-shop[bot]',
    ...over,
  })
  const client = githubClient({ api: github.url, token: async () => github.token, fetch, now: () => new Date() })
  const asApp = { id: 1, slug: 'gantry-shop' }
  const rule = new ProtectionRule({
    project: 'tiny',
    store: {
      github: {
        openLinks: async () => [...links.values()].filter(({ isOpen }) => isOpen),
        saveLink: async (_project: string, link: GitHubLink) => void links.set(link.key, link),
      } as never,
      releases: { get: async () => ({}) } as never,
      promotions: { list: async () => promotions } as never,
    },
    github: {
      connected: async () => ({
        ...{ connection: {} as GitHubConnection, client, repo: '/repos/acme/shop', token: async () => '', asApp },
      }),
    },
    promotions: {
      async request({ release: of }) {
        requested.push(of)
        return promotion('p2', of, 'waiting')
      },
      shown: async one => one,
    },
    current: async () => ({ config }) as unknown as Project,
    pages: () => 'https://gantry.example.com/p/tiny',
    now: () => new Date(),
  })
  await rule.asked({ kind: 'protection', runId: run.id, environment: 'production', sha: head, ref: 'refs/heads/main' })
  await rule.answer()
  return run.answers.map(({ state }) => state)
}

test('the run that Gantry started for a promotion is let in by that one, though its branch moved on', async () => {
  expect(await asked({ title: 'promote p1' })).toEqual(['approved'])
  expect(requested).toEqual([])
})

test('a run that somebody else started under the same title is judged by its commit', async () => {
  expect(await asked({ title: 'promote p1', actor: 'eve' })).toEqual([null])
  expect(requested).toEqual([head])
})

test('a run of Gantry’s whose promotion was turned away meanwhile is turned away', async () => {
  promotions = [promotion('p1', release, 'rejected')]
  expect(await asked({ title: 'promote p1' })).toEqual(['rejected'])
})

test('a run that puts back what was approved before is let in, and one that is only called so is not', async () => {
  expect(await asked({ workflow: 'rollback.yml', title: 'rollback', actor: 'ana' })).toEqual(['approved'])
  expect(await asked({ workflow: 'rollback.yml', event: 'push', actor: 'ana' })).toEqual([null])
  expect(await asked({ workflow: 'deploy.yml', title: 'rollback.yml', actor: 'ana' })).toEqual([null])
})
