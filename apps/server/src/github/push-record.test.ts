import type { GitHubConnection, KeptPush, Project, PushedMove } from '@gantry/core'
import { githubClient, statusOf } from '@gantry/github'
import { fails, type GitHubFake, openGitHubFake } from '@gantry/vendor-fakes'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { PushRecord } from './push-record.ts'

let github: GitHubFake
beforeAll(async () => {
  github = await openGitHubFake()
})
afterAll(() => github[Symbol.asyncDispose]())

const sha = (letter: string) => letter.repeat(40)
const zeros = '0'.repeat(40)
const instant = (minute: number) => new Date(Date.UTC(2026, 10, 28, 8, minute)).toISOString()
/** As GitHub writes it. */
const second = (minute: number) => instant(minute).replace('.000', '')

let nowMs = 0
let settings: Map<string, unknown>
let pushes: KeptPush[]
let open: { createdAt: string }[]
let connection: GitHubConnection
let isConnected = true
let client: ReturnType<typeof githubClient>
const now = () => new Date(nowMs)

beforeEach(() => {
  github.reset()
  nowMs = Date.parse(instant(10))
  github.state.now = now
  github.state.branches.set('main', sha('c'))
  settings = new Map()
  pushes = []
  open = []
  isConnected = true
  connection = {
    ...{ repository: 'acme/shop', repositoryId: 4242, hasToken: true, connectedAt: instant(0), connectedBy: 'Ana' },
    app: { id: 1, slug: 'gantry-shop', installationId: 5, isSuspended: false },
  }
  client = githubClient({ api: github.url, token: async () => github.token, fetch, now })
})
afterEach(() => expect(github.oddities).toEqual([]))

const config = { environments: { staging: { on: 'main' }, production: { from: 'staging' } } }
const projects = {
  setting: async (_project: string, name: string) => settings.get(name) ?? null,
  saveSetting: async (_project: string, name: string, value: unknown) => void settings.set(name, value),
} as never
const same = (a: PushedMove, b: PushedMove) => a.ref === b.ref && a.after === b.after && a.actor.id === b.actor.id
const kept = {
  keepPush: async (_project: string, push: KeptPush) => void (pushes.some(one => same(one, push)) || pushes.push(push)),
  keptPushes: async (_project: string, asked: readonly PushedMove[]) =>
    asked.map(each => pushes.some(one => same(one, each))),
} as never

/** As after a start: nothing is remembered but what is stored. */
const started = () =>
  new PushRecord({
    project: 'tiny',
    store: { github: kept, projects, promotions: { list: async () => open } as never },
    github: {
      connected: async () =>
        isConnected ? { connection, client, repo: '/repos/acme/shop', token: async () => '', asApp: null } : null,
      connection: async () => connection,
    },
    current: async () => ({ config, configSha: sha('c') }) as unknown as Project,
    onPushed: () => undefined,
    now,
  })
/** When it is due. */
const ask = () => {
  nowMs += 120_000
  return started().ask()
}
const asked = (operation: string) => github.requests.filter(each => each.operation === operation)
const pages = () => asked('GET /repos/{owner}/{repo}/activity').length
const thrown = (act: Promise<unknown>) =>
  act.then(
    () => null,
    cause => cause,
  )

const bo = { id: 2, login: 'bo' }
const ana = { id: 1, login: 'ana' }
const commit = (letter: string, parents: string, author = bo) =>
  github.state.history.set(sha(letter), {
    parents: [...parents].map(sha),
    author,
    email: `${author.login}@example.com`,
  })
const move = (minute: number, ref: string, from: string, to: string, actor = bo) =>
  github.state.moves.push({
    ...{
      ref: `refs/heads/${ref}`,
      before: from === '' ? zeros : sha(from),
      after: sha(to),
      actor,
      at: second(minute),
    },
    kind: from === '' ? 'branch_creation' : 'push',
  })
const letters = (shas: readonly string[]) => shas.map(each => each[0]).join('')
const known = () =>
  pushes.map(({ ref, actor, fresh, moved }) => [ref.slice(11), actor.login, letters(fresh), letters(moved)])
beforeEach(() => {
  for (const [letter, parents] of [
    ['a', ''],
    ['b', 'a'],
    ['c', 'b'],
    ['d', 'b'],
    ['e', 'cd'],
  ] as const)
    commit(letter, parents, letter === 'c' ? ana : bo)
})

test('are written down with what each brought, from before the project was connected, too', async () => {
  move(-9_000, 'main', 'a', 'b', ana)
  move(1, 'fix', '', 'd')
  move(2, 'main', 'b', 'c', ana)
  move(3, 'main', 'c', 'e', ana)
  await ask()
  expect(known()).toEqual([
    ['main', 'ana', 'b', ''],
    ['fix', 'bo', 'd', ''],
    ['main', 'ana', 'c', ''],
    ['main', 'ana', 'de', ''],
  ])
  expect(pushes.map(({ isOnTheWay, emails }) => [isOnTheWay, emails])).toEqual([
    [true, []],
    [false, ['bo@example.com']],
    [true, ['ana@example.com']],
    [true, []],
  ])
  const before = github.requests.length
  await ask()
  expect(known()).toHaveLength(4)
  expect(github.requests.slice(before).filter(({ path }) => path.includes('/compare/'))).toEqual([])
})

test('of what was forced are of who forced it; what is gone counts by what it became', async () => {
  move(1, 'main', 'c', 'd', ana)
  move(2, 'main', '9', 'e', ana)
  move(3, 'gone', 'a', '8')
  await ask()
  expect(known()).toEqual([
    ['main', 'ana', 'd', ''],
    ['main', 'ana', 'ce', ''],
    ['gone', 'bo', '', '8'],
  ])
})

test('of a removed branch or by a removed account bring nothing', async () => {
  github.state.moves.push({
    ...{ ref: 'refs/heads/fix', before: sha('d'), after: zeros, kind: 'branch_deletion', actor: bo, at: second(2) },
  })
  await ask()
  expect(known()).toEqual([])
})

test('are found on every page, and only those since the last time', async () => {
  move(1, 'main', 'a', 'b')
  for (let i = 0; i < 120; i++) move(2, `b${i}`, 'b', 'c')
  for (const { after, ref, actor } of github.state.moves.slice(1)) pushes.push({ after, ref, actor } as KeptPush)
  await ask()
  expect(pushes).toHaveLength(121)
  expect(pages()).toBe(2)
  move(60, 'main', 'b', 'c')
  await ask()
  const before = pages()
  await ask()
  expect([pushes.length, pages() - before]).toEqual([122, 1])
})

test('go on after a limit where they were', async () => {
  move(1, 'main', 'a', 'b')
  move(2, 'main', 'b', 'c')
  github.inject('GET /repos/{owner}/{repo}/compare/{basehead}', fails(403, { message: 'no' }))
  expect(statusOf(await thrown(ask()))).toBe(403)
  expect(settings.has('github-pushes-until')).toBe(false)
  await ask()
  expect(known().map(([, , fresh]) => fresh)).toEqual(['b', 'c'])
})

test('of another repository are asked for from its beginning', async () => {
  settings.set('github-pushes-until', { repository: '/repos/acme/other', until: instant(59), askedAt: instant(59) })
  move(1, 'main', 'a', 'b')
  await ask()
  expect(pushes).toHaveLength(1)
})

test('of a made branch are all commits that the deployed one did not have then, also where it has them now', async () => {
  commit('f', 'd')
  move(1, 'fix', '', 'f')
  move(2, 'main', 'c', 'e', ana)
  move(3, 'none', '', 'e', ana)
  github.state.branches.set('main', sha('e'))
  await ask()
  expect(known()).toEqual([
    ['fix', 'bo', 'df', ''],
    ['main', 'ana', 'de', ''],
    ['none', 'ana', '', 'e'],
  ])
  // Nothing is listed of it any more: where it is now is where it was.
  commit('7', 'e')
  move(20, 'late', '', '7')
  await ask()
  expect(known().at(-1)).toEqual(['late', 'bo', '7', ''])
})

test('of the deployed branch that was made are all its commits', async () => {
  move(1, 'main', '', 'c', ana)
  await ask()
  expect(known()).toEqual([['main', 'ana', 'cba', '']])
})

test('are found however many there are, and however long nobody asked', async () => {
  const [first, most] = [pages(), 1_050]
  for (let i = 0; i < most; i++) move(1, `b${i}`, 'b', 'c')
  for (const { after, ref, actor } of github.state.moves.slice(1)) pushes.push({ after, ref, actor } as KeptPush)
  await ask()
  expect([pushes.length, pages() - first]).toEqual([most, 11])
  nowMs += 60 * 86_400_000
  await ask()
  expect(asked('GET /repos/{owner}/{repo}/activity').at(-1)?.query['time_period']).toBe('quarter')
  nowMs += 400 * 86_400_000
  await ask()
  expect(asked('GET /repos/{owner}/{repo}/activity').at(-1)?.query['time_period']).toBe('year')
})

test('are asked for every two minutes, and at once when a promotion is asked for', async () => {
  await ask()
  expect(await started().ask()).toEqual(new Date(nowMs + 120_000))
  expect(pages()).toBe(1)
  nowMs += 1_000
  open = [{ createdAt: now().toISOString() }]
  await started().ask()
  await started().ask()
  expect(pages()).toBe(2)
})

test('are known before a vote counts: it waits for the answer, and fails where there is none', async () => {
  move(1, 'main', 'a', 'b', ana)
  const record = started()
  const moment = now().toISOString()
  await Promise.all([record.knowUntil(moment), record.knowUntil(moment)])
  expect([known().length, pages()]).toEqual([1, 1])
  await started().knowUntil(moment)
  expect(pages()).toBe(1)
  nowMs += 1_000
  github.inject('GET /repos/{owner}/{repo}/activity', fails(502, { message: 'no' }))
  const later = now().toISOString()
  expect(await thrown(started().knowUntil(later))).toMatchObject({
    ...{ code: 'VENDOR_REFUSED', message: expect.stringContaining('did not say yet who pushed: GitHub answered 502') },
  })
  await started().knowUntil(later)
  expect(pages()).toBe(3)
})

test('are not waited for where GitHub cannot be asked, unless its App rests', async () => {
  isConnected = false
  await started().knowUntil(now().toISOString())
  connection = { ...connection, app: { id: 1, slug: 'gantry-shop', installationId: 5, isSuspended: true } }
  expect((await thrown(started().knowUntil(now().toISOString())))?.message).toContain('gantry-shop is suspended')
  expect(await started().ask()).toBeNull()
})
