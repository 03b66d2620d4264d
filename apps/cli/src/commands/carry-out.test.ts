import { command, parseConfig } from '@gantry/config'
import { expect, test } from 'vitest'
import * as sample from '../testing/samples.ts'
import { typed } from '../testing/test-host.ts'
import { type Answer, refusal, testServer } from '../testing/test-server.ts'

const place = '/api/v1/projects/shop/deployments'
const environment = 'production'
const step = {
  ...{ id: 'edge.deploy', service: 'edge', kind: 'deploy', phase: 'switch', runsIn: 'job', undoable: true },
  ...{ summary: 'deploy edge', status: 'running', startedAt: sample.at, finishedAt: null, detail: null },
}
const waiting = { ...sample.deployment, state: 'deploying', liveAt: null, finishedAt: null, steps: [step] }
const live = { ...sample.deployment, steps: [{ ...step, status: 'done', finishedAt: sample.at }] }
const config = parseConfig({
  project: 'shop',
  services: {
    edge: { path: '.', deploy: command({ deploy: 'echo "shipped by $VENDOR_TOKEN"', verify: 'true', undo: 'true' }) },
  },
  environments: { production: { on: 'main' } },
})
const facts = {
  ...{
    project: 'shop',
    environment,
    former: null,
    kind: 'deploy',
    isKept: false,
    retire: [],
    formerAnswers: {},
    envSalt: 'salt',
  },
  ...{ earlier: [], release: sample.release },
}
const order = (act: 'perform' | 'undo') => ({
  kind: 'order',
  handed: {
    name: `${act} edge.deploy`,
    order: { act, service: 'edge', step },
    facts,
    config,
    answers: {},
    addresses: {},
  },
})
const ended = { kind: 'ended' }

/** Types it in a job; `next` is what the job is handed, one after the other. */
async function inJob(argv: string[], next: unknown[], more: Record<string, Answer>) {
  const server = await testServer({
    [`POST ${place}/deployment-1/steps/lease`]: () => ({ version: 7, ttlMs: 45_000, renewEveryMs: 5_000 }),
    [`POST ${place}/deployment-1/steps/next`]: () => next.shift() ?? ended,
    [`POST ${place}/deployment-1/steps/outcome`]: () => ({ name: '' }),
    [`GET ${place}/deployment-1`]: () => live,
    ...more,
  })
  const env = { ...server.env, GITHUB_ACTIONS: 'true', VENDOR_TOKEN: 'of-the-job', PATH: process.env['PATH'] ?? '' }
  const said = await typed(argv, { env, now: sample.now })
  const posts = server.asked.filter(({ method }) => method === 'POST')
  return { ...said, paths: posts.map(({ path }) => path.replace(`${place}/`, '')), posts }
}
const deploy = ['deploy', '--environment', environment, '--release', sample.sha]

test('a job performs what the server has no credentials for, and tells it no secret of its own', async () => {
  const { code, err, posts, paths } = await inJob(deploy, [order('perform')], { [`POST ${place}`]: () => waiting })
  expect(code).toBe(0)
  expect(paths).toEqual([place, ...['lease', 'next', 'outcome', 'next'].map(name => `deployment-1/steps/${name}`)])
  const outcome = { ok: true, detail: 'shipped by ***' }
  expect(posts[3]?.body).toEqual({ environment, version: 7, name: 'perform edge.deploy', outcome })
  expect(err).toContain('edge: shipped by ***')
})

test('outside of a job it follows, and performs nothing', async () => {
  const server = await testServer({ [`POST ${place}`]: () => waiting, [`GET ${place}/deployment-1`]: () => live })
  expect((await typed(deploy, { env: server.env, now: sample.now })).code).toBe(0)
  expect(server.asked.filter(({ path }) => path.includes('/steps/'))).toEqual([])
})

test('what another job left half-way is taken back first, then its own release goes', async () => {
  const locked = refusal('DEPLOY_LOCKED', '7777777 is being taken back', { deployment: 'deployment-1' })
  const left = { ...waiting, undoing: 'the job that carried it out is gone' }
  let isTakenBack = false
  const { code, err, paths } = await inJob(deploy, [order('undo')], {
    [`POST ${place}`]: () => (isTakenBack ? live : locked),
    [`GET ${place}/deployment-1`]: () => left,
    [`POST ${place}/deployment-1/steps/outcome`]: () => {
      isTakenBack = true
      return { name: '' }
    },
  })
  expect([code, paths.at(-1), isTakenBack]).toEqual([0, place, true])
  expect(err).toContain('is taken back first: the job that carried it out is gone')
  const other = refusal('DEPLOY_LOCKED', 'on its way', { deployment: 'deployment-1' })
  const busy = await inJob(deploy, [], { [`POST ${place}`]: () => other, [`GET ${place}/deployment-1`]: () => waiting })
  expect([busy.code, busy.paths]).toEqual([3, [place]])
})

test('what the job of an earlier commit left half-made of a preview is taken back first, then the newer one goes', async () => {
  const below = '/api/v1/projects/shop/previews/pr-12'
  const locked = refusal('DEPLOY_LOCKED', '7777777 is on its way to pr-12', { deployment: 'deployment-1' })
  const own = { ...live, id: 'deployment-2', environment: 'pr-12' }
  const left = { ...waiting, environment: 'pr-12', undoing: 'the job that carried it out is gone' }
  let isTakenBack = false
  const argv = ['previews', 'deploy', '--environment', 'pr-12', '--sha', sample.sha]
  const { code, err, paths } = await inJob(argv, [order('undo')], {
    [`GET ${below}/config`]: () => ({ config }),
    [`POST ${below}`]: () => (isTakenBack ? own : locked),
    [`GET ${place}/deployment-1`]: () => left,
    [`POST ${place}/deployment-1/steps/outcome`]: () => {
      isTakenBack = true
      return { name: '' }
    },
    [`GET ${place}/deployment-2`]: () => own,
    [`GET ${below}`]: () => ({
      ...{ number: 12, environment: 'pr-12', title: 'A menu', branch: 'menu', author: 'Leo', page: null },
      ...{ sha: sample.sha, state: 'ready', deployment: 'deployment-2', because: null, createdAt: sample.at },
      ...{ endedAt: null, deployedAt: sample.at, expiresAt: sample.at, addresses: {}, address: null, serving: null },
    }),
  })
  expect(err).toContain('is taken back first: the job that carried it out is gone')
  const steps = ['lease', 'next', 'outcome', 'next'].map(name => `deployment-1/steps/${name}`)
  expect([code, paths]).toEqual([0, [below, ...steps, below]])
})

test('the workflow that undoes carries on with the deployment it was started for, and begins no rollback', async () => {
  const failed = { ...live, state: 'failed', failure: 'the job that carried it out is gone' }
  const argv = ['rollback', '--environment', environment, '--reason', 'gone', '--deployment', 'deployment-1']
  const { code, out, paths } = await inJob(argv, [order('undo')], { [`GET ${place}/deployment-1`]: () => failed })
  expect(code).toBe(0)
  expect(paths).toEqual(['lease', 'next', 'outcome', 'next'].map(name => `deployment-1/steps/${name}`))
  expect(out).toContain('is failed in production: the job that carried it out is gone')
})

test('a rollback where the bad release is being taken back anyway finishes that, and puts nothing else back', async () => {
  const locked = refusal('DEPLOY_LOCKED', '7777777 is being taken back', { deployment: 'deployment-1' })
  const left = { ...waiting, undoing: 'web was switched, but it answered 500' }
  const back = { ...live, state: 'failed', failure: 'web was switched, but it answered 500' }
  let looks = 0
  const { code, out, paths } = await inJob(['rollback', '--reason', 'worse'], [order('undo')], {
    'GET /api/v1/projects/shop/environments/production/rollback-plan': () => sample.plan,
    'POST /api/v1/projects/shop/environments/production/rollback': () => locked,
    [`GET ${place}/deployment-1`]: () => (++looks === 1 ? left : back),
  })
  expect([code, paths.filter(path => path.endsWith('/rollback')).length]).toEqual([0, 1])
  expect(paths.at(-1)).toBe('deployment-1/steps/next')
  expect(out).toContain('is failed in production: web was switched, but it answered 500')
})

test('a job asks vendors whether there is a way back, and tells the server without a secret of its own', async () => {
  const way = '/api/v1/projects/shop/environments/production/way-back'
  const question = { services: ['edge'], facts, config, addresses: {} }
  const asking = (argv: string[]) =>
    inJob(argv, [], { [`GET ${way}`]: () => ({ questions: [question] }), [`POST ${way}`]: () => ({ kept: 1 }) })
  const { code, out, posts } = await asking([
    'rollback',
    '--environment',
    environment,
    '--deployment',
    'way-back',
    '--reason',
    'x',
  ])
  expect(posts.map(({ path, body }) => [path, body])).toEqual([
    [way, { looks: [{ service: 'edge', release: sample.release.id, state: 'can', why: null }] }],
  ])
  expect([code, out]).toEqual([0, expect.stringMatching(/^edge \w{7}: can be put back/)])
  const none = await inJob(['rollback', '--ask-vendors'], [], {
    [`GET ${way}`]: () => ({ questions: [] }),
    [`POST ${way}`]: () => ({ kept: 0 }),
  })
  expect([none.code, none.out]).toEqual([0, 'no vendor has anything to put back in production\n'])
})
