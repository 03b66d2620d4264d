import type { GitHubConnection, GitHubEvent, Project, RunFact } from '@gantry/core'
import { githubClient, retryAtOf, statusOf } from '@gantry/github'
import { addRun, type GitHubFake, openGitHubFake, tooMany } from '@gantry/vendor-fakes'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { MissedEvents } from './missed-events.ts'

let github: GitHubFake
beforeAll(async () => {
  github = await openGitHubFake()
})
afterAll(() => github[Symbol.asyncDispose]())

const sha = (letter: string) => letter.repeat(40)
const instant = (minute: number) => new Date(Date.UTC(2026, 10, 28, 8, minute)).toISOString()
/** As GitHub writes it. */
const second = (minute: number) => instant(minute).replace('.000', '')

let nowMs = 0
let settings: Map<string, unknown>
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

/** As after a start: nothing is remembered but what is stored. */
function started() {
  const hear = async (event: GitHubEvent) => void heard.push(event)
  return new MissedEvents({
    project: 'tiny',
    store: {
      projects,
      metrics: { record: async (_project: string, told: readonly RunFact[]) => void facts.push(...told) } as never,
    },
    github: {
      connected: async () => ({ connection, client, repo: '/repos/acme/shop', token: async () => '', asApp: null }),
    },
    ...{ run: hear, waits: hear, push: hear, current, now },
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

  it('are all found where GitHub lists only the newest of so many', async () => {
    github.state.mostRuns = 3
    const all = Array.from({ length: 8 }, (_, at) => ended(1 + at))
    await ask()
    expect(runs()).toEqual(all.map(({ id }) => id))
  })

  it('after more than six hours are told of, and waits for leave as long as ever', async () => {
    const long = ended(2, { status: 'in_progress', conclusion: null, updatedAt: second(2) })
    const gone = ended(2, { status: 'in_progress', conclusion: null, updatedAt: second(2) })
    nowMs += 5 * 3_600_000
    await ask()
    ended(12 * 60)
    nowMs += 7 * 3_600_000
    const events = started()
    await events.ask()
    heard = []
    Object.assign(long, { status: 'completed', conclusion: 'failure', updatedAt: second(13 * 60) })
    github.state.runs = github.state.runs.filter(run => run !== gone)
    const waiting = ended(2, { status: 'waiting', conclusion: null, pending: ['production'] })
    nowMs += 3_600_000
    await events.ask()
    await events.ask()
    expect(runs()).toEqual([long.id])
    expect(heard.filter(({ kind }) => kind === 'protection')).toMatchObject([
      { runId: waiting.id },
      { runId: waiting.id },
    ])
    expect(settings.get('github-open-runs')).toEqual([waiting.id])
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
    expect(new Set(github.requests.slice(before + again.length).map(({ status }) => status))).toEqual(new Set([304]))
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
