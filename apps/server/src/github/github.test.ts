import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Store } from '@gantry/core'
import type { GitHubView, Promotion } from '@gantry/core/api'
import { Config } from '@gantry/core/config'
import { addRun, type FakeRun, type GitHubFake, openGitHubFake } from '@gantry/vendor-fakes'
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from 'vitest'
import { api, ask, code, get, plane, product, server, startPlane, stopPlane, until } from '../testing/control-plane.ts'

let github: GitHubFake
let hook = ''
/** What jobs of the project have to ask GitHub's tokens for. */
let audience = ''
beforeAll(async () => {
  github = await openGitHubFake()
  process.env['GANTRY_GITHUB_URL'] = github.site
  plane.before = seed
  await startPlane()
  hook = `${server().url}/webhooks/github/tiny`
  audience = `${server().url}/p/tiny`
})
afterAll(async () => {
  delete process.env['GANTRY_GITHUB_URL']
  await stopPlane()
  await github[Symbol.asyncDispose]()
})
afterEach(() => expect(github.oddities.splice(0)).toEqual([]))

const config = Config.parse({
  project: 'tiny',
  services: { web: { path: '.', deploy: { provider: 'local', kind: 'static' } } },
  environments: { staging: { on: 'main' }, production: { from: 'staging', approvals: 1 } },
})

/** What a push of main would leave. */
async function seed({ projects }: Store): Promise<void> {
  await projects.ensure({ name: 'tiny', createdAt: new Date().toISOString() })
  await projects.saveConfig('tiny', config, 'c'.repeat(40))
}

const view = () => get<GitHubView>(`${api}/github`)
const page = (path: string) => fetch(path, { redirect: 'manual' })

describe('an App is made from the page', () => {
  let link = ''

  it('which hands GitHub the manifest by a form that leads nowhere else', async () => {
    const connected = await ask<{ page: string }>('POST', `${api}/github/connect`, { repository: 'acme/shop' })
    link = connected.body.page
    const shown = await page(link)
    const html = await shown.text()
    expect(shown.headers.get('content-security-policy')).toContain(`form-action ${github.site};`)
    const manifest = JSON.parse(/name="manifest" value="([^"]*)"/.exec(html)?.[1]?.replaceAll('&quot;', '"') ?? '')
    expect(manifest).toMatchObject({ public: false, redirect_url: `${server().url}/github/made`, default_events: [] })
    expect(html).toContain(`action="${github.site}/settings/apps/new?state=`)
    expect((await view()).by).toBe('nothing')
  })

  it('whose link is nobody else’s, and makes one App', async () => {
    const state = new URL(link).searchParams.get('state') ?? ''
    const made = (asked: string, by = 'code') => page(`${server().url}/github/made?code=${by}&state=${asked}`)
    github.state.codes.add('code')
    for (const wrong of ['tiny.guess', 'other.guess', 'nothing', `${state}x`])
      expect((await made(wrong)).status).toBe(410)
    const answer = await made(state)
    expect([answer.status, answer.headers.get('location')]).toEqual([
      302,
      `${github.site}/apps/gantry-shop/installations/new`,
    ])
    github.state.codes.add('another')
    expect((await made(state, 'another')).status).toBe(410)
    expect((await page(link)).status).toBe(410)
  })

  it('and works once it is installed; its key is in no answer and no secret of jobs', async () => {
    expect((await view()).problems).toEqual(['the App gantry-shop is not installed on acme/shop'])
    github.state.installation = { id: 77, isSuspended: false }
    expect(await view()).toMatchObject({
      by: 'app',
      app: { isInstalled: true },
      hook: { isSigned: true },
      problems: [],
    })
    const secrets = await ask('GET', `${api}/secrets`)
    expect(JSON.stringify([secrets.body, await view()])).not.toMatch(/PRIVATE|secret of the hook/)
    for (const path of ['secrets', 'secrets/remove']) {
      const body = { name: 'APP_PRIVATE_KEY', environment: '@github', value: 'x' }
      const sent = path === 'secrets' ? { ...body, isForAnyBranch: false } : { name: body.name, environment: '@github' }
      expect((await ask('POST', `${api}/${path}`, sent)).status).toBe(404)
    }
  })
})

describe('a webhook', () => {
  const ping = { zen: 'Speak like a human.', hook_id: 1, repository: { full_name: 'acme/shop' } }
  it('signed with the secret of the App is kept, and is the same when it comes again', async () => {
    expect(await github.deliver(hook, 'ping', ping, { id: 'd1' })).toBe(202)
    const { lastAt } = (await view()).hook
    expect(lastAt).not.toBeNull()
    expect(await github.deliver(hook, 'ping', ping, { id: 'd1' })).toBe(202)
    // The id is not signed: whoever saw a delivery could send it again under another.
    expect(await github.deliver(hook, 'ping', ping, { id: 'd2' })).toBe(202)
    expect((await view()).hook.lastAt).toBe(lastAt)
  })

  it('signed with another secret, also the server’s own for projects without one, is refused', async () => {
    expect(await github.deliver(hook, 'ping', { ...ping, hook_id: 2 }, { secret: 'wrong' })).toBe(401)
    expect(await github.deliver(hook, 'ping', { ...ping, hook_id: 2 }, { secret: 'hook' })).toBe(401)
    expect(await github.deliver(hook, 'ping', { ...ping, hook_id: 2 }, { secret: '' })).toBe(401)
  })

  it('of what nobody asked for is taken and leads to nothing', async () => {
    const { lastAt } = (await view()).hook
    expect(await github.deliver(hook, 'star', { action: 'created' })).toBe(202)
    expect((await view()).hook.lastAt).toBe(lastAt)
  })

  it('of the installation makes Gantry ask where the App is', async () => {
    github.state.installation = { id: 77, isSuspended: true }
    await github.deliver(hook, 'installation', { action: 'suspend', installation: { id: 77 } })
    await until(view, ({ problems }) => problems.length > 0, 'a problem')
    github.state.installation = { id: 78, isSuspended: false }
    await github.deliver(hook, 'installation', { action: 'created', installation: { id: 78 } })
    await until(view, ({ problems }) => problems.length === 0, 'no problem')
  })
})

describe('a job on GitHub', () => {
  const trade = (token: string, environment?: string) =>
    ask<{ token: string; scopes: string[]; error?: { message: string } }>('POST', `${api}/github/token`, {
      ...{ token, ...(environment && { environment }) },
    })
  const job = (claims: Record<string, unknown> = {}, said: object = {}) =>
    github.jobToken({ audience, claims, ...said })

  it('trades what GitHub says of it for a token that does what such a job may, and no more', async () => {
    const { status, body } = await trade(job())
    expect([status, body.scopes]).toEqual([201, ['read', 'release']])
    const deploying = await trade(job({ environment: 'staging' }), 'staging')
    expect(deploying.body.scopes).toEqual(['read', 'release', 'deploy:staging'])
    const asJob = (method: string, path: string, sent?: unknown) =>
      fetch(`${server().url}${api}${path}`, {
        method,
        headers: { authorization: `Bearer ${body.token}`, ...(sent ? { 'content-type': 'application/json' } : {}) },
        ...(sent ? { body: JSON.stringify(sent) } : {}),
      })
    expect((await asJob('GET', '/line')).status).toBe(200)
    expect((await asJob('POST', '/deployments', { release: 'x', environment: 'staging' })).status).toBe(403)
    expect((await asJob('POST', '/github/disconnect', {})).status).toBe(403)
    const { tokens } = await get<{ tokens: { name: string; createdBy: string }[] }>(`${api}/tokens`)
    expect(tokens).toContainEqual(
      expect.objectContaining({ name: 'deploy.yml, run 99 of acme/shop', createdBy: 'github' }),
    )
  })

  it.each([
    ['another audience', () => job({}, { audience: 'https://elsewhere.example/p/tiny' })],
    ['another project', () => job({}, { audience: `${server().url}/p/other` })],
    ['another issuer', () => job({ iss: 'https://token.actions.githubusercontent.com' })],
    ['no signature', () => job({}, { header: { alg: 'none' }, key: null })],
    ['a signature by its own word', () => job({}, { header: { alg: 'none' } })],
    ['a secret for a key', () => job({}, { header: { alg: 'HS256' } })],
    ['a key of somebody else', () => job({}, { key: 'app' })],
    ['a key nobody publishes', () => job({}, { header: { kid: 'unknown' } })],
    ['a key of its own', () => job({}, { header: { jku: `${server().url}/keys`, kid: 'own' }, key: 'app' })],
    ['its time over', () => job({}, { issuedAt: new Date(Date.now() - 3_600_000) })],
    ['its time to come', () => job({ nbf: Math.floor(Date.now() / 1_000) + 600 })],
    ['no end', () => job({ exp: undefined })],
    ['another repository', () => job({ repository: 'eve/shop' })],
    ['a repository that took the name', () => job({ repository_id: '1' })],
    ['a pull request', () => job({ event_name: 'pull_request', ref: 'refs/pull/1/merge' })],
    ['no repository', () => job({ repository: undefined })],
    ['half of a token', () => job().slice(0, 80)],
    ['nothing', () => ''],
  ])('with %s is given nothing', async (_, token) => {
    const answer = await trade(token())
    expect([answer.status, code(answer)]).toEqual([401, 'JOB_TOKEN_REFUSED'])
  })

  it('that asks for an environment it is not of is given nothing', async () => {
    expect(code(await trade(job(), 'production'))).toBe('JOB_TOKEN_REFUSED')
    expect(code(await trade(job({ environment: 'staging' }), 'production'))).toBe('JOB_TOKEN_REFUSED')
  })

  it('of a project that trusts no repository is given nothing', async () => {
    await ask('POST', '/api/v1/projects', { name: 'other' })
    const answer = await ask('POST', '/api/v1/projects/other/github/token', { token: job() })
    expect(code(answer)).toBe('GITHUB_NOT_CONNECTED')
  })
})

describe('a promotion', () => {
  let release = ''
  const promote = (body: object) => ask<{ promotion: Promotion | null }>('POST', `${api}/promotions`, body)
  const runs = () => github.state.runs.filter(({ event }) => event === 'workflow_dispatch')
  const problems = async () => (await view()).problems

  beforeAll(async () => {
    release = await product().commit('a release')
    await product().push('HEAD:refs/heads/try')
    github.state.branches.set('main', release)
    const made = await ask('POST', `${api}/releases`, { sha: release, artifacts: [], migrations: [] })
    expect(made.status).toBe(201)
  })

  it('that a job on GitHub asks for keeps no runner waiting: its run is started once it is approved, and once', async () => {
    const { status, body } = await promote({ release, environment: 'production', run: '5' })
    expect([status, body.promotion]).toMatchObject([202, { state: 'ready', runId: 'github:5' }])
    const again = await promote({ release, environment: 'production', run: '5' })
    expect(again.body.promotion?.id).toBe(body.promotion?.id)
    expect(runs()).toEqual([])
    const approved = await ask('POST', `${api}/promotions/${body.promotion?.id}/approve`, { reason: 'it is good' })
    expect(approved.status).toBe(200)
    await until(
      async () => runs().length,
      count => count > 0,
      'a run',
    )
    expect(runs()[0]).toMatchObject({ workflow: 'deploy.yml', branch: 'main' })
    expect(runs()[0]?.inputs).toEqual({ environment: 'production', release, promotion: body.promotion?.id })
    await promote({ release, environment: 'production', run: '5' })
    await promote({ release, environment: 'production', run: '6' })
    await github.deliver(hook, 'ping', { zen: 'now', repository: { full_name: 'acme/shop' } })
    await until(problems, known => known.length === 0, 'nothing wrong')
    expect(runs()).toHaveLength(1)
  })

  it('whose run failed says so', async () => {
    const run = { ...runs()[0] }
    const payload = { id: run.id, name: 'deploy', display_title: run.title, event: run.event, path: 'deploy.yml' }
    const at = { created_at: '2026-11-28T08:00:00Z', updated_at: '2026-11-28T08:01:00Z', head_branch: 'main' }
    const ended = {
      ...payload,
      ...at,
      head_sha: release,
      status: 'completed',
      conclusion: 'failure',
      html_url: 'https://x/1',
    }
    await github.deliver(hook, 'workflow_run', { workflow_run: ended, repository: { full_name: 'acme/shop' } })
    await until(problems, known => known.some(text => text.includes('ended as failure')), 'a problem')
  })

  it('to where nobody has to let it in is none, and of what is not there is refused', async () => {
    const before = runs().length
    for (const _ of [1, 2]) {
      const { body } = await promote({ release, environment: 'staging', run: '7' })
      expect(body.promotion).toBeNull()
    }
    expect(
      runs()
        .slice(before)
        .map(({ inputs }) => inputs),
    ).toEqual([{ environment: 'staging', release, promotion: 'run-7' }])
    expect(code(await promote({ release, environment: 'nowhere' }))).toBe('NOT_FOUND')
    expect(code(await promote({ release: 'f'.repeat(40), environment: 'production' }))).toBe('NOT_FOUND')
  })
})

describe('a commit that was pushed to GitHub alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-github-'))
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=Bo', '-c', 'user.email=bo@example.com', ...args])
  afterAll(() => rmSync(folder, { recursive: true }))

  it('is fetched with the token of the App when a release of it is recorded, and no branch moves here', async () => {
    git('init', '--quiet', '--initial-branch=main')
    git('commit', '--quiet', '--allow-empty', '--message', 'On GitHub alone')
    git('update-server-info')
    github.state.gitFolder = join(folder, '.git')
    const sha = git('rev-parse', 'HEAD').toString().trim()
    const made = await ask<{ title: string }>('POST', `${api}/releases`, { sha, artifacts: [], migrations: [] })
    expect([made.status, made.body.title]).toEqual([201, 'On GitHub alone'])
    const missing = await ask('POST', `${api}/releases`, { sha: 'e'.repeat(40), artifacts: [], migrations: [] })
    expect(code(missing)).toBe('NOT_FOUND')
    const { runs: started } = await get<{ runs: { sha: string }[] }>(`${api}/runs`)
    expect(started.filter(run => run.sha === sha)).toEqual([])
  })
})

describe('a protection rule', () => {
  const asks = async (environment: string, sha: string, ref = 'refs/heads/main') => {
    const said = { workflow: 'deploy.yml', title: 'deploy', event: 'push', branch: 'main', sha, pending: [environment] }
    const run = addRun(github.state, { ...said, status: 'waiting' })
    const callback = `${github.url}/repos/acme/shop/actions/runs/${run.id}/deployment_protection_rule`
    const payload = { action: 'requested', environment, event: 'push', sha, ref, deployment_callback_url: callback }
    await github.deliver(hook, 'deployment_protection_rule', { ...payload, repository: { full_name: 'acme/shop' } })
    return run
  }
  const answered = (run: FakeRun, state: string | null) =>
    until(
      async () => run.answers,
      all => all.some(each => each.state === state),
      `the answer ${state}`,
    )

  it('is answered by what people decided, with reports until then', async () => {
    const sha = await product().commit('another release')
    await product().push('HEAD:refs/heads/try-another')
    const run = await asks('production', sha)
    await answered(run, null)
    expect(run.answers[0]?.comment).toContain('No release')
    await ask('POST', `${api}/releases`, { sha, artifacts: [], migrations: [] })
    // GitHub is asked how it judges the commit before people are.
    await until(
      async () => run.answers.at(-1)?.comment ?? '',
      said => said.includes('0 of 1 approvals') && !said.includes('ci.yml'),
      'that only approvals lack',
    )
    const { promotions } = await get<{ promotions: Promotion[] }>(`${api}/promotions`)
    const waiting = promotions.find(each => each.release === sha)
    const approved = await ask('POST', `${api}/promotions/${waiting?.id}/approve`, { reason: 'it is good' })
    expect(approved).toMatchObject({ status: 200 })
    await answered(run, 'approved')
    expect(run.answers.at(-1)?.comment).toContain('Approved by Ana')
    // It goes on by itself.
    const started = github.state.runs.filter(({ event }) => event === 'workflow_dispatch')
    expect(started.filter(({ inputs }) => inputs['release'] === sha)).toEqual([])
  })

  it('turns away what comes from a branch that does not lead there', async () => {
    const run = await asks('production', 'd'.repeat(40), 'refs/heads/evil')
    await answered(run, 'rejected')
    const unknown = await asks('elsewhere', 'd'.repeat(40))
    await answered(unknown, 'rejected')
  })

  it('lets in where nobody has to', async () => {
    const sha = await product().commit('for staging')
    await product().push('HEAD:refs/heads/for-staging')
    await ask('POST', `${api}/releases`, { sha, artifacts: [], migrations: [] })
    await answered(await asks('staging', sha), 'approved')
  })
})

test('what is asked of GitHub is asked with tokens for this repository alone, and minted anew only near their end', async () => {
  const mints = () => github.requests.filter(({ operation }) => operation?.endsWith('/access_tokens')).length
  await until(
    async () => mints(),
    count => count > 0,
    'a token',
  )
  const before = mints()
  await view()
  await view()
  expect(mints()).toBe(before)
  expect(github.requests.every(({ status }) => status !== 401)).toBe(true)
})

test('disconnected, the project trusts nobody, and the key is gone', async () => {
  await ask('POST', `${api}/github/disconnect`, {})
  expect(await view()).toMatchObject({ repository: null, by: 'nothing', app: null, hook: { isSigned: false } })
  const answer = await ask('POST', `${api}/github/token`, { token: github.jobToken({ audience }) })
  expect(code(answer)).toBe('GITHUB_NOT_CONNECTED')
  const secret = github.state.app?.webhookSecret ?? ''
  expect(await github.deliver(hook, 'ping', { repository: { full_name: 'acme/shop' } }, { secret })).toBe(401)
})
