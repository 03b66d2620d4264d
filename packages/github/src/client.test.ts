import { GantryError } from '@gantry/core'
import { addRun, fails, type GitHubFake, openGitHubFake, tooMany } from '@gantry/vendor-fakes'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, test } from 'vitest'
import { appClient, installationTokens } from './app-tokens.ts'
import { type GitHubClient, githubClient, pagesOf, retryAtOf, statusOf } from './client.ts'
import { mirrorDeployment, mirrorStatus } from './deployments.ts'
import { answerRule, findRun, startRun } from './dispatch.ts'
import { writeComment } from './pull-comment.ts'

let github: GitHubFake
let nowMs = 0
const now = () => new Date(nowMs)
const repo = '/repos/acme/shop'
const sha = 'a'.repeat(40)
beforeAll(async () => {
  github = await openGitHubFake()
})
afterAll(() => github[Symbol.asyncDispose]())
beforeEach(() => {
  github.reset()
  nowMs = Date.parse('2026-11-28T08:00:00.000Z')
  github.state.now = now
  client = githubClient({ api: github.url, token: async () => github.token, fetch, now })
})
afterEach(() => expect(github.oddities).toEqual([]))
let client: GitHubClient

const asked = (operation: string) => github.requests.filter(each => each.operation === operation)
const posts = () => github.requests.filter(({ method }) => method === 'POST').length
const thrown = (act: Promise<unknown>) =>
  act.then(
    () => null,
    cause => cause,
  )

describe('what GitHub answers', () => {
  const path = `${repo}/branches/main`

  it('is asked for by its ETag the second time, and is the same', async () => {
    github.state.branches.set('main', sha)
    const first = await client.get(path)
    expect(await client.get(path)).toEqual(first)
    expect(asked('GET /repos/{owner}/{repo}/branches/{branch}').map(({ status }) => status)).toEqual([200, 304])
    github.state.branches.set('main', 'b'.repeat(40))
    expect(await client.get(path)).toMatchObject({ commit: { sha: 'b'.repeat(40) } })
  })

  it('is null where there is nothing, and an error with the id of the request where it refuses', async () => {
    expect(await client.get(`${repo}/branches/none`)).toBeNull()
    github.inject('GET /user', fails(403, { message: 'Resource not accessible by integration' }))
    const refused = await thrown(client.get('/user'))
    expect([statusOf(refused), retryAtOf(refused)]).toEqual([403, null])
    expect(refused).toMatchObject({
      message: expect.stringContaining('Resource not accessible'),
      facts: { requestId: 'req-2' },
    })
  })

  it('too often is not asked again before the moment GitHub named, by anything', async () => {
    github.inject('GET /user', tooMany(30))
    const limited = await thrown(client.get('/user'))
    expect(retryAtOf(limited)?.toISOString()).toBe('2026-11-28T08:00:30.000Z')
    nowMs += 29_000
    expect(retryAtOf(await thrown(client.get(repo)))).not.toBeNull()
    expect(github.requests).toHaveLength(1)
    nowMs += 1_000
    expect(await client.get('/user')).toMatchObject({ id: 7 })
  })

  it('once the limit of the hour is used is asked when that is over', async () => {
    const resetSeconds = nowMs / 1_000 + 900
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(resetSeconds) }
    github.inject('GET /user', { kind: 'answers', status: 403, headers })
    expect(retryAtOf(await thrown(client.get('/user')))?.getTime()).toBe(resetSeconds * 1_000)
  })

  it('in pages is asked for until one is not full', async () => {
    for (let i = 0; i < 130; i++)
      github.state.comments.push({ id: i, issue: 1, body: String(i), userId: 1, appId: null })
    const all = await pagesOf(client, `${repo}/issues/1/comments`, page => page as unknown[])
    expect([all.length, github.requests.length]).toEqual([130, 2])
  })
})

describe('an App', () => {
  const minted = () => asked('POST /app/installations/{installation_id}/access_tokens').length
  beforeEach(() => github.state.codes.add('code'))
  const appOf = async () => {
    const made = (await githubClient({ api: github.url, token: null, fetch, now }).send(
      ...(['POST', '/app-manifests/code/conversions'] as const),
    )) as { id: number; pem: string }
    github.state.installation = { id: 5, isSuspended: false }
    return appClient({ id: made.id, privateKey: made.pem }, { api: github.url, fetch, now })
  }

  it('mints a token for its repository once, for all that ask at once, and another near its end', async () => {
    const token = installationTokens(await appOf(), {
      installationId: 5,
      repository: 'acme/shop',
      repositoryId: null,
      now,
    })
    const first = await Promise.all([token(), token(), token()])
    expect([new Set(first).size, minted()]).toEqual([1, 1])
    nowMs += 54 * 60_000
    expect(await token()).toBe(first[0])
    nowMs += 2 * 60_000
    expect(await token()).not.toBe(first[0])
    expect(minted()).toBe(2)
  })

  it('mints another where GitHub takes the one it has no more, once for each question', async () => {
    github.state.branches.set('main', sha)
    const token = installationTokens(await appOf(), {
      installationId: 5,
      repository: 'acme/shop',
      repositoryId: 4242,
      now,
    })
    const asking = githubClient({ api: github.url, token, fetch, now })
    expect(await asking.get(`${repo}/branches/main`)).not.toBeNull()
    github.state.minted.clear()
    expect(await asking.get(`${repo}/branches/main`)).not.toBeNull()
    expect(minted()).toBe(2)
    github.state.tokenLifeMs = -1
    github.state.minted.clear()
    expect(statusOf(await thrown(asking.get(`${repo}/branches/main`)))).toBe(401)
    expect(minted()).toBe(3)
  })

  it('is refused with a key that is none, without asking', async () => {
    const broken = appClient({ id: 1, privateKey: 'no key' }, { api: github.url, fetch, now })
    expect(await thrown(broken.get('/app'))).toBeInstanceOf(GantryError)
    expect(github.requests).toEqual([])
  })
})

describe('a deployment of Gantry’s', () => {
  const one = {
    id: 'd1',
    sha,
    environment: 'staging',
    isRollback: false,
    isProduction: false,
    description: 'by Ana',
    isTransient: false,
  }
  const status = {
    state: 'success' as const,
    description: 'deployed',
    logUrl: 'https://g/r/1',
    environmentUrl: 'https://s',
  }

  it('is made once, however often its answer is lost, and merges and waits for nothing', async () => {
    github.inject('POST /repos/{owner}/{repo}/deployments', { kind: 'cut', isDone: true })
    expect(await thrown(mirrorDeployment(client, repo, one))).toBeInstanceOf(GantryError)
    const id = await mirrorDeployment(client, repo, one)
    expect(await mirrorDeployment(client, repo, one)).toBe(id)
    expect(await mirrorDeployment(client, repo, { ...one, id: 'd2' })).not.toBe(id)
    expect(github.state.deployments.map(({ payload }) => payload)).toEqual([{ gantry: 'd1' }, { gantry: 'd2' }])
  })

  it('is found by a payload that GitHub answers as text, too', async () => {
    const id = await mirrorDeployment(client, repo, one)
    for (const each of github.state.deployments) each.payload = JSON.stringify(each.payload)
    expect(await mirrorDeployment(client, repo, one)).toBe(id)
    for (const each of github.state.deployments) each.payload = 'no JSON'
    expect(await mirrorDeployment(client, repo, one)).not.toBe(id)
  })

  it('has each status once', async () => {
    const id = await mirrorDeployment(client, repo, one)
    await mirrorStatus(client, repo, id, status)
    await mirrorStatus(client, repo, id, status)
    await mirrorStatus(client, repo, id, { ...status, state: 'inactive' })
    expect(github.state.deployments[0]?.statuses.map(({ state }) => state)).toEqual(['inactive', 'success'])
  })

  it('is not told of what is over, whoever comes late with it', async () => {
    const id = await mirrorDeployment(client, repo, one)
    for (const state of ['in_progress', 'success', 'in_progress', 'inactive', 'success', 'queued'] as const)
      await mirrorStatus(client, repo, id, { ...status, state })
    expect(github.state.deployments[0]?.statuses.map(({ state }) => state)).toEqual([
      'inactive',
      'success',
      'in_progress',
    ])
  })

  it('of a commit that GitHub does not have is refused as such', async () => {
    github.state.commits = new Set()
    expect(statusOf(await thrown(mirrorDeployment(client, repo, one)))).toBe(422)
  })
})

describe('the comment on a pull request', () => {
  const mark = '<!-- gantry:tiny -->'
  const wanted = (body: string, known: number | null = null) => {
    return { pull: 3, mark, body: `${mark} ${body}`, known, author: { app: null } }
  }
  const bodies = () => github.state.comments.map(({ body }) => body)

  it('is written once and edited, also when its number was lost', async () => {
    const id = await writeComment(client, repo, wanted('one'))
    expect(await writeComment(client, repo, wanted('two', id))).toBe(id)
    expect(await writeComment(client, repo, wanted('three'))).toBe(id)
    const before = posts()
    expect(await writeComment(client, repo, wanted('three'))).toBe(id)
    expect([bodies(), posts()]).toEqual([[`${mark} three`], before])
  })

  it('that somebody removed is written anew', async () => {
    const id = await writeComment(client, repo, wanted('one'))
    github.state.comments = []
    expect(await writeComment(client, repo, wanted('two', id))).not.toBe(id)
    expect(bodies()).toEqual([`${mark} two`])
  })

  it('of somebody else with the same mark is left alone', async () => {
    github.state.comments.push({ id: 1, issue: 3, body: `${mark} mine`, userId: 666, appId: null })
    github.state.comments.push({ id: 2, issue: 3, body: `${mark} mine`, userId: 7, appId: 9 })
    await writeComment(client, repo, { ...wanted('ours'), author: { app: 4 } })
    expect(bodies()).toEqual([`${mark} mine`, `${mark} mine`, `${mark} ours`])
  })
})

describe('a run that is asked for', () => {
  const wanted = () => {
    const inputs = { environment: 'production', release: sha, promotion: 'p1' }
    return { workflow: 'deploy.yml', branch: 'main', inputs, mark: 'p1', since: now().toISOString(), by: 'octocat' }
  }

  it('says which run it became, and is found by its mark where it does not', async () => {
    expect(await findRun(client, repo, wanted())).toBeNull()
    const started = await startRun(client, repo, wanted())
    expect(await findRun(client, repo, wanted())).toEqual(started)
    github.state.saysRun = false
    expect(await startRun(client, repo, { ...wanted(), inputs: { promotion: 'p2' } })).toBeNull()
    expect(await findRun(client, repo, { ...wanted(), mark: 'p2' })).toMatchObject({ runId: expect.any(Number) })
    expect(await findRun(client, repo, { ...wanted(), mark: 'p' })).toBeNull()
    // Whoever may write starts one with the same title.
    expect(await findRun(client, repo, { ...wanted(), by: 'gantry-shop[bot]' })).toBeNull()
  })

  it('is found behind a hundred others and by a clock that is behind, and is none of those that are over', async () => {
    const started = await startRun(client, repo, wanted())
    for (let i = 0; i < 100; i++)
      addRun(github.state, { workflow: 'deploy.yml', title: 'x', event: 'workflow_dispatch', branch: 'main' })
    nowMs += 9 * 60_000
    expect(await findRun(client, repo, wanted())).toEqual(started)
    expect(await findRun(client, repo, { ...wanted(), except: [started?.runId ?? 0] })).toBeNull()
  })
})

test('a protection rule is answered once; what nobody waits for any more is no error', async () => {
  const said = { id: 9, workflow: 'deploy.yml', title: '', event: 'push', branch: 'main' }
  addRun(github.state, { ...said, status: 'waiting', pending: ['production'] })
  const answer = { runId: 9, environment: 'production', comment: 'x'.repeat(2_000) }
  expect(await answerRule(client, repo, { ...answer, state: null })).toBe(true)
  expect(await answerRule(client, repo, { ...answer, state: 'approved' })).toBe(true)
  expect(await answerRule(client, repo, { ...answer, state: 'approved' })).toBe(false)
  expect(await answerRule(client, repo, { ...answer, runId: 10, state: 'approved' })).toBe(false)
  expect(github.state.runs[0]?.answers.map(({ state, comment }) => [state, comment.length])).toEqual([
    [null, 1_024],
    ['approved', 1_024],
  ])
})
