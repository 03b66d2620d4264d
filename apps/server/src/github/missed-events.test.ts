import type { GitHubConnection, GitHubEvent, KeptPush, Project, PushedMove, RunFact } from '@gantry/core'
import { githubClient, retryAtOf, statusOf } from '@gantry/github'
import { addRun, fails, type GitHubFake, openGitHubFake, tooMany } from '@gantry/vendor-fakes'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { MissedEvents } from './missed-events.ts'
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
let facts: RunFact[]
let heard: GitHubEvent[]
let connection: GitHubConnection
let client: ReturnType<typeof githubClient>
const now = () => new Date(nowMs)

beforeEach(() => {
  github.reset()
  nowMs = Date.parse(instant(10))
  github.state.now = now
  github.state.branches.set('main', sha('c'))
  settings = new Map()
  pushes = []
  facts = []
  heard = []
  connection = {
    ...{ repository: 'acme/shop', repositoryId: 4242, hasToken: true, connectedAt: instant(0), connectedBy: 'Ana' },
    app: { id: 1, slug: 'gantry-shop', installationId: 5, isSuspended: false },
  }
  client = githubClient({ api: github.url, token: async () => github.token, fetch, now })
})
afterEach(() => expect(github.oddities).toEqual([]))

const config = { environments: { staging: { on: 'main' }, production: { from: 'staging' } } }
const current = async () => ({ config, configSha: sha('c') }) as unknown as Project
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
function started() {
  const hear = async (event: GitHubEvent) => void heard.push(event)
  const record = new PushRecord({
    project: 'tiny',
    store: { github: kept, projects },
    current,
    onPushed: () => undefined,
  })
  return new MissedEvents({
    project: 'tiny',
    store: {
      projects,
      metrics: { record: async (_project: string, told: readonly RunFact[]) => void facts.push(...told) } as never,
    },
    github: {
      connected: async () => ({ connection, client, repo: '/repos/acme/shop', token: async () => '', asApp: null }),
    },
    ...{ run: hear, waits: hear, push: hear, pushes: record, current, now },
    factsChanged: () => undefined,
  })
}
const ask = () => started().ask()
const ended = (minute: number, over: Partial<Parameters<typeof addRun>[1]> = {}) =>
  addRun(github.state, {
    ...{ workflow: 'ci.yml', title: 'ci', event: 'push', branch: 'main', status: 'completed', conclusion: 'success' },
    ...{ createdAt: second(minute - 1), updatedAt: second(minute) },
    ...over,
  })
const asked = (operation: string) => github.requests.filter(each => each.operation === operation)
const runs = () => heard.flatMap(event => (event.kind === 'run' ? event.runId : []))
const thrown = (act: Promise<unknown>) =>
  act.then(
    () => null,
    cause => cause,
  )

describe('runs that ended and were not told of', () => {
  it('are told in the order they ended, each once, with their jobs', async () => {
    const [late, early] = [ended(6), ended(3)]
    early.jobs = [{ id: 1, name: 'test', status: 'completed', conclusion: 'failure' }]
    ended(5, { status: 'in_progress', conclusion: null })
    expect(await ask()).toEqual(new Date(nowMs + 120_000))
    expect(runs()).toEqual([early.id, late.id])
    expect(facts.map(({ id, jobs }) => [id, jobs.map(({ name }) => name)])).toEqual([
      [String(early.id), ['test']],
      [String(late.id), []],
    ])
  })

  it('of before the project was connected are not told, and of before the gap not again', async () => {
    ended(-2)
    const first = ended(3)
    const events = started()
    await events.ask()
    expect(runs()).toEqual([first.id])
    // Nobody asked for two hours.
    nowMs += 2 * 3_600_000
    const [second, third] = [ended(30), ended(90)]
    heard = []
    await events.ask()
    expect(runs()).toEqual([second.id, third.id])
  })

  it('that end in one second are all told, also one that GitHub lists later', async () => {
    const events = started()
    const first = ended(3)
    await events.ask()
    const [other, before] = [ended(3), ended(2.5)]
    await events.ask()
    await events.ask()
    expect(runs()).toEqual([first.id, before.id, other.id])
  })

  it('again are told again: another attempt is another end', async () => {
    const events = started()
    const run = ended(3)
    await events.ask()
    Object.assign(run, { attempt: 2, conclusion: 'failure', updatedAt: second(8) })
    await events.ask()
    expect(heard.map(event => event.kind === 'run' && event.conclusion)).toEqual(['success', 'failure'])
  })

  it('are found on every page', async () => {
    const first = ended(3)
    for (let i = 0; i < 120; i++) ended(4, { status: 'in_progress', conclusion: null })
    await ask()
    expect(runs()).toEqual([first.id])
  })

  it('go on where a stop cut them off', async () => {
    const [first, second, third] = [ended(3), ended(5), ended(7)]
    // Twice: GitHub is asked for the jobs of the first, and not of the second.
    const events = started()
    github.inject('GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs', { kind: 'cut', isDone: false })
    expect(statusOf(await thrown(events.ask()))).toBeNull()
    expect(runs()).toEqual([])
    await ask()
    expect(runs()).toEqual([first.id, second.id, third.id])
  })

  it('wait for leave as the job says, and what a pull request brings leads nowhere', async () => {
    const wait = { status: 'waiting' as const, conclusion: null, pending: ['production'] }
    const [ours, theirs] = [ended(3, wait), ended(4, { ...wait, event: 'pull_request' })]
    await ask()
    expect(heard).toEqual([
      { kind: 'protection', runId: ours.id, environment: 'production', sha: ours.sha, ref: 'refs/heads/main' },
      { kind: 'protection', runId: theirs.id, environment: 'production', sha: theirs.sha, ref: 'refs/pull/0/merge' },
    ])
    connection = { ...connection, app: null }
    heard = []
    await ask()
    expect(heard).toEqual([])
  })
})

describe('asking', () => {
  it('costs nothing where nothing changed', async () => {
    const events = started()
    ended(3)
    await events.ask()
    const before = github.requests.length
    await events.ask()
    const again = github.requests.slice(before)
    // The list of runs is asked for from another moment once one ended.
    await events.ask()
    expect(again.length).toBeGreaterThan(0)
    expect(github.requests.slice(before + again.length).map(({ status }) => status)).toEqual([304, 304, 304])
  })

  it.each([
    ['retry-after', tooMany(30), 30_000],
    [
      'the limit of the hour',
      {
        kind: 'answers' as const,
        status: 403,
        headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Date.parse(instant(25)) / 1_000) },
      },
      15 * 60_000,
    ],
  ])('waits as GitHub says (%s), and loses nothing by it', async (_, fault, waitMs) => {
    const run = ended(3)
    github.inject('GET /repos/{owner}/{repo}/actions/runs', fault)
    expect(retryAtOf(await thrown(ask()))).toEqual(new Date(nowMs + waitMs))
    const before = github.requests.length
    expect(retryAtOf(await thrown(ask()))).not.toBeNull()
    expect(github.requests).toHaveLength(before)
    nowMs += waitMs
    await ask()
    expect(runs()).toEqual([run.id])
  })

  it('with a token that ended is refused as such, and goes on with another', async () => {
    github.expireToken()
    expect(statusOf(await thrown(ask()))).toBe(401)
    const run = ended(3)
    github.forget()
    await ask()
    expect(runs()).toEqual([run.id])
  })

  it('says what the branch is at where its config is not the one in force', async () => {
    await ask()
    expect(heard).toEqual([])
    github.state.branches.set('main', sha('d'))
    await ask()
    expect(heard).toEqual([{ kind: 'push', ref: 'refs/heads/main', after: sha('d'), actor: 'github' }])
  })
})

describe('pushes that were not told', () => {
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

  it('are written down with what each brought, from before the project was connected, too', async () => {
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

  it('of what was forced are of who forced it; what is gone counts by what it became', async () => {
    move(1, 'main', 'c', 'd', ana)
    move(2, 'main', '9', 'e', ana)
    move(3, 'gone', 'a', '8')
    await ask()
    expect(known()).toEqual([
      ['main', 'ana', 'd', ''],
      ['main', 'ana', 'e', ''],
      ['gone', 'bo', '', '8'],
    ])
  })

  it('of a removed branch or by a removed account bring nothing', async () => {
    github.state.moves.push({
      ...{ ref: 'refs/heads/fix', before: sha('d'), after: zeros, kind: 'branch_deletion', actor: bo, at: second(2) },
    })
    await ask()
    expect(known()).toEqual([])
  })

  it('are found on every page, and only those since the last time', async () => {
    move(1, 'main', 'a', 'b')
    for (let i = 0; i < 120; i++) move(2, `b${i}`, 'b', 'c')
    for (const { after, ref, actor } of github.state.moves.slice(1)) pushes.push({ after, ref, actor } as KeptPush)
    await ask()
    expect(pushes).toHaveLength(121)
    const pages = () => asked('GET /repos/{owner}/{repo}/activity').length
    expect(pages()).toBe(2)
    move(60, 'main', 'b', 'c')
    await ask()
    const before = pages()
    await ask()
    expect([pushes.length, pages() - before]).toEqual([122, 1])
  })

  it('go on after a limit where they were', async () => {
    move(1, 'main', 'a', 'b')
    move(2, 'main', 'b', 'c')
    github.inject('GET /repos/{owner}/{repo}/compare/{basehead}', fails(403, { message: 'no' }))
    expect(statusOf(await thrown(ask()))).toBe(403)
    expect(settings.has('github-pushes-until')).toBe(false)
    await ask()
    expect(known().map(([, , fresh]) => fresh)).toEqual(['b', 'c'])
  })

  it('of another repository are asked for from its beginning', async () => {
    settings.set('github-pushes-until', { repository: '/repos/acme/other', until: instant(59) })
    move(1, 'main', 'a', 'b')
    await ask()
    expect(pushes).toHaveLength(1)
  })
})
