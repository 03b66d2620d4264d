import type { Store } from '@gantry/core'
import type { Promotion, PromotionView } from '@gantry/core/api'
import { Config } from '@gantry/core/config'
import { addRun, type GitHubFake, openGitHubFake } from '@gantry/vendor-fakes'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  api,
  ask,
  get,
  plane,
  product,
  server,
  startPlane,
  stopPlane,
  until,
  webhookSecret,
} from '../testing/control-plane.ts'

let github: GitHubFake
let hook = ''
beforeAll(async () => {
  github = await openGitHubFake()
  process.env['GANTRY_GITHUB_URL'] = github.site
  plane.before = seed
  await startPlane()
  hook = `${server().url}/webhooks/github/tiny`
  const connected = await ask('POST', `${api}/github/connect`, { repository: 'acme/shop', token: github.token })
  expect(connected.status).toBe(200)
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
  environments: {
    staging: { on: 'main' },
    production: { from: 'staging', approvals: 1, gates: [{ gate: 'ciGreen', workflow: 'checks.yml' }] },
  },
})

async function seed({ projects }: Store): Promise<void> {
  await projects.ensure({ name: 'tiny', createdAt: new Date().toISOString() })
  await projects.saveConfig('tiny', config, 'c'.repeat(40))
}

const repository = { full_name: 'acme/shop', id: 4242 }
const tell = (event: string, payload: object, secret: string = webhookSecret) =>
  github.deliver(hook, event, { repository, ...payload }, { secret })

/** A release of a new commit, with what asks for it. */
async function asked(title: string): Promise<{ sha: string; promotion: Promotion }> {
  const sha = await product().commit(title)
  await product().push(`HEAD:refs/tags/${title}`)
  await ask('POST', `${api}/releases`, { sha, artifacts: [], migrations: [] })
  const { body } = await ask<{ promotion: Promotion }>('POST', `${api}/promotions`, {
    ...{ release: sha, environment: 'production', run: `${title.length}` },
  })
  return { sha, promotion: body.promotion }
}
const standing = async (sha: string): Promise<Promotion | undefined> =>
  (await get<{ promotions: Promotion[] }>(`${api}/promotions`)).promotions.find(({ release }) => release === sha)
const becomes = (sha: string, state: Promotion['state']) =>
  until(
    () => standing(sha),
    one => one?.state === state,
    `a promotion that is ${state}`,
  )
/** With who may vote. */
const shown = async (sha: string): Promise<PromotionView | undefined> =>
  (await get<{ promotions: PromotionView[] }>(`${api}/releases/${sha}`)).promotions[0]
const pushed = (sha: string, login: string, over: object = {}) =>
  tell('push', {
    ...{ ref: 'refs/heads/main', before: '1'.repeat(40), after: sha, sender: { id: 9, login } },
    commits: [{ id: sha, distinct: true, author: { email: 'x@example.com', username: 'x' } }],
    repository: { ...repository, pushed_at: 1_795_852_800, ...over },
  })
const approve = ({ id }: Promotion) =>
  ask<{ error?: { message: string } }>('POST', `${api}/promotions/${id}/approve`, { reason: 'it is good' })
const ran = (sha: string, over: Partial<Parameters<typeof addRun>[1]> = {}) =>
  addRun(github.state, { workflow: 'checks.yml', title: 'ci', event: 'push', branch: 'main', sha, ...over })

describe('a release whose CI runs on GitHub', () => {
  let one: Awaited<ReturnType<typeof asked>>
  let run: ReturnType<typeof ran>

  it('is ready once the run of its commit is green, and is not while it is run again', async () => {
    one = await asked('judged')
    expect(one.promotion.state).toBe('waiting')
    run = ran(one.sha, { status: 'completed', conclusion: 'success' })
    ran('f'.repeat(40), { status: 'completed', conclusion: 'failure' })
    expect(await tell('check_run', { check_run: { head_sha: one.sha } })).toBe(202)
    expect((await becomes(one.sha, 'ready'))?.gates[0]).toMatchObject({
      ...{ state: 'met', evidence: `${github.site}/acme/shop/actions/runs/${run.id}` },
      detail: expect.stringMatching(/^run \d+ on GitHub passed at \d{4}-/),
    })
    Object.assign(run, { attempt: 2, status: 'in_progress', conclusion: null })
    await tell('check_suite', { check_suite: { head_sha: one.sha }, action: 'rerequested' })
    expect((await becomes(one.sha, 'waiting'))?.gates[0]?.detail).toContain('(attempt 2) is in progress')
  })

  it('is approved by who did not push it; what another repository or a wrong secret tells changes nothing', async () => {
    const { sha, promotion } = one
    Object.assign(run, { status: 'completed', conclusion: 'success' })
    await pushed(sha, 'bo')
    expect(await pushed(sha, 'ana', { id: 1 })).toBe(202)
    expect(await tell('push', { ref: 'refs/heads/main', after: sha, sender: { id: 9, login: 'ana' } }, 'other')).toBe(
      401,
    )
    await becomes(sha, 'ready')
    expect((await approve(promotion)).status).toBe(200)
    await until(
      async () => github.state.runs.find(({ inputs }) => inputs['release'] === sha),
      started => started !== undefined,
      'the run that deploys it',
    )
    expect((await shown(sha))?.approvals.map(({ lapsed }) => lapsed)).toEqual([undefined])
  })

  it('is not approved by who pushed part of it on GitHub, which is said before', async () => {
    const { sha, promotion } = await asked('pushed')
    ran(sha, { status: 'completed', conclusion: 'success' })
    expect(await pushed(sha, 'ana')).toBe(202)
    await becomes(sha, 'ready')
    const told = await until(
      () => shown(sha),
      each => each?.possibleVoters.some(({ whyNot }) => whyNot !== null) === true,
      'a voter who may not',
    )
    expect(told?.possibleVoters).toEqual([expect.objectContaining({ name: 'Ana', whyNot: 'pushed part of it' })])
    const refused = await approve(promotion)
    expect([refused.status, refused.body.error?.message]).toEqual([
      403,
      expect.stringContaining('Ana pushed some of what'),
    ])
  })
})
