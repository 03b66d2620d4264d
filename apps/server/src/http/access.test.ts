import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LedgerRow, Role, RunState, SessionView, TokenView } from '@gantry/core/api'
import { loadProtocols } from '@gantry/ingest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Answer, answerTo, callerKinds } from '../access/access-table.ts'
import { needsCaller } from '../access/route-access.ts'
import {
  ask,
  code,
  get,
  plane,
  product,
  runOf,
  server,
  startPlane,
  stopPlane,
  until,
} from '../testing/control-plane.ts'
import type { DeclaredRoute } from './declared-routes.ts'
import { describeAccess } from './openapi.ts'

/** docs/reference/access.md, held against a running server and the tokens that real jobs were given. */
let routes: DeclaredRoute[] = []
/** Where jobs put their tokens: the data folder they do not see. */
let shared = ''
beforeAll(async () => {
  shared = await mkdtemp(join(tmpdir(), 'gantry-tokens-'))
  // Started by root, a server runs its jobs as another account.
  await chmod(shared, 0o777)
  await startPlane()
  routes = await describeAccess()
})
afterAll(async () => {
  await stopPlane()
  await rm(shared, { recursive: true, force: true })
})

const isIn = (status: number) => status !== 401 && status !== 403

/** The path as it is written: fetch would tidy it up. */
function raw(method: string, path: string, headers: Record<string, string> = {}, body?: string) {
  const { port } = new URL(server().url)
  return new Promise<{ status: number; type: string; text: string }>((done, fail) => {
    const asked = httpRequest({ host: '127.0.0.1', port, method, path, headers }, answer => {
      const ended = (text: string) =>
        done({ status: answer.statusCode ?? 0, type: String(answer.headers['content-type']), text })
      let text = ''
      answer.on('data', chunk => {
        text += chunk
        // A stream has no end of its own.
        if (answer.headers['content-type']?.startsWith('text/event-stream')) {
          ended(text)
          asked.destroy()
        }
      })
      answer.on('end', () => ended(text))
    })
    asked.on('error', fail)
    asked.end(body)
  })
}

const named = (url: string) =>
  url
    .replace(':project/', 'tiny/')
    .replace(':number', '1')
    .replace(':digest', `sha256:${'0'.repeat(64)}`)
    .replace(':sha', '0'.repeat(40))
    .replace(/:\w+/g, 'x')

const takesBody = (method: string) => method === 'POST' || method === 'PUT'

async function statusOf({ method, url }: DeclaredRoute, headers: Record<string, string>): Promise<number> {
  const type = method === 'PUT' ? 'application/octet-stream' : 'application/json'
  const sent = takesBody(method) ? { ...headers, 'content-type': type } : headers
  return (await raw(method, named(url), sent, takesBody(method) ? '{}' : undefined)).status
}

/** What the table says of a kind of caller, asked of the server: every route at once. */
async function expectTable(
  kind: (typeof callerKinds)[number]['title'],
  headers: Record<string, string>,
  isAsked = (_route: DeclaredRoute) => true,
) {
  const { caller } = callerKinds.find(({ title }) => title === kind) ?? { caller: null }
  // To pack the command takes long; own-package.test.ts asks for it.
  const asked = routes.filter(route => route.access.kind !== 'proof' && route.url !== '/gantry.tgz' && isAsked(route))
  for (const route of asked) {
    const said: Answer = answerTo(route.access, caller)
    const status = await statusOf(route, headers)
    const where = `${route.method} ${route.url}`
    if (said === 401 || said === 403) expect([where, status]).toEqual([where, said])
    // What it names here is not a job's own, or cannot be read at all.
    else if (typeof said === 'object') expect([where, status === 403 || isIn(status)]).toEqual([where, true])
    else expect([where, isIn(status)]).toEqual([where, true])
  }
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

/** A step that hands out its token and works on until `go`. */
const keepToken = (name: string) =>
  `printf %s "$GANTRY_TOKEN" > "${shared}/${name}.part"; mv "${shared}/${name}.part" "${shared}/${name}"; echo "the token is $GANTRY_TOKEN"; while [ ! -e "${shared}/go-${name}" ]; do sleep 0.05; done`
const job = (name: string, more = '') =>
  `  ${name}:\n    runs-on: ubuntu-latest\n${more}    steps: [{ run: ${JSON.stringify(keepToken(name))} }]\n`
const tokenOf = async (name: string) => {
  const file = join(shared, name)
  await until(async () => existsSync(file), Boolean, `the token of ${name}`)
  return readFile(file, 'utf8')
}
const go = (name: string) => writeFile(join(shared, `go-${name}`), '')

test('every route declares who may call it, and the pages and the API are all there is', async () => {
  expect(routes.length).toBeGreaterThan(50)
  // Whoever sends shows a key or a signature, which the protocol asks for.
  const taken = new Set((await loadProtocols()).flatMap(({ paths }) => paths as readonly string[]))
  for (const { method, url, access } of routes) {
    if (access.kind === 'act') expect(url).toContain('/projects/:project/')
    if (needsCaller(access) || (taken.has(url) && ['POST', 'OPTIONS'].includes(method))) continue
    expect(`${method} ${url}`).toMatch(
      /^(GET|HEAD) \/(healthz|badge\/:project\/:file|api\/v1\/openapi\.json|gantry\.tgz|js-sdk-loader\/(?:sdk\/)?:file|:key\(.*\)\.min\.js)$|sign-in$|\/api\/auth\/|\/invitations\/look$|\/sign-in\/ways$|\/hooks\/git(\/push)?$|\/webhooks\/slack$|\/github\/(token|new|made)$|\/api\/v1\/runners\/|\/api\/0\//,
    )
  }
})

test('nobody, with or without a guess, a foreign cookie or an ingest key, gets what the table says', async () => {
  await expectTable('nobody, or an ingest key', {})
  await expectTable('nobody, or an ingest key', bearer('gantry_guess'))
  await expectTable('nobody, or an ingest key', { cookie: 'gantry_session=guess' })
  const { dsn } = await get<{ dsn: string }>('/api/v1/projects/tiny/line')
  await expectTable('nobody, or an ingest key', bearer(new URL(dsn).username))
})

test('what sentry-cli asks is answered to no stranger, and to no person without a token', async () => {
  const asked = routes.filter(({ url }) => url.startsWith('/api/0/') && !url.includes('*'))
  expect(asked.length).toBeGreaterThan(5)
  // Some bodies are refused before anybody asks who sends them.
  for (const headers of [{}, bearer('gantry_guess'), { cookie: 'gantry_session=guess' }])
    for (const route of asked)
      expect([400, 401, 403, 415], `${route.method} ${route.url}`).toContain(await statusOf(route, headers))
})

test('no spelling of an address leads a stranger past the door', async () => {
  const spellings = (path: string) => [
    path.replace('a', '%61'),
    path.replace('/v1', '/%76%31'),
    path.replaceAll('/', '%2F').replace('%2F', '/'),
    path.replace(/[a-z]/g, letter => `%${letter.charCodeAt(0).toString(16)}`),
    `/${path}`,
    path.replace('/v1/', '/v1//'),
    path.toUpperCase(),
    path.replace('/api', '/API'),
    `${path}/`,
    `${path}/.`,
    `/x/..${path}`,
    `/api/v1/openapi.json/..${path.replace('/api/v1', '')}`,
    path.replace('/v1/', '/v1/./'),
    `/healthz/..${path}`,
    `/healthz/%2e%2e${path}`,
    `${path};x`,
    `${path}%00`,
    `${path}#x`,
    `${path}?_method=GET`,
    `http://127.0.0.1${path}`,
    `http://elsewhere.example${path}`,
  ]
  const guarded = routes.filter(({ access }) => needsCaller(access))
  for (const { method, url } of guarded.filter(({ method }) => method === 'GET' || method === 'HEAD')) {
    for (const path of spellings(named(url))) {
      for (const asked of method === 'GET' ? ['GET', 'HEAD'] : ['HEAD']) {
        const { status, type } = await raw(asked, path)
        const isPage = status === 200 && type.startsWith('text/html')
        expect([asked, path, isPage || [400, 401, 403, 404].includes(status)]).toEqual([asked, path, true])
      }
    }
  }
})

test('a method that is written elsewhere than in the request is not believed', async () => {
  for (const { method, url } of routes.filter(({ access }) => needsCaller(access))) {
    for (const header of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
      const { status } = await raw('POST', named(url), { [header]: method, 'content-type': 'application/json' }, '{}')
      expect([url, header, status === 401 || status === 404]).toEqual([url, header, true])
    }
  }
})

/** What ends the session that asks or takes the asker out of the project, and what better-auth answers by cookie only. */
const isHarmless = ({ url }: DeclaredRoute) => !/^\/api\/auth\/|\/sign-out$|\/end-others$|\/leave$/.test(url)

/** Somebody with that role in the project, or of no project at all; answers the secret of their session. */
async function somebody(role: Role | null): Promise<string> {
  const invited = await ask<{ link: string }>('POST', '/api/v1/projects/tiny/invitations', { role: role ?? 'viewer' })
  const token = invited.body.link.split('#')[1] ?? ''
  const { origin } = new URL(server().url)
  const name = role ?? 'stranger'
  const made = await fetch(`${origin}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json', cookie: `gantry_invitation=${token}` },
    body: JSON.stringify({ name, email: `${name}@example.com`, password: 'correct horse' }),
  })
  const secret = /gantry_session=([^.;]+)/.exec(made.headers.getSetCookie().join(';'))?.[1] ?? ''
  if (role !== null) await ask('POST', '/api/v1/invitations/accept', { token }, { cookie: '', ...bearer(secret) })
  return secret
}

test('each role gets what the table says, and whoever does not belong to the project nothing of it', async () => {
  const kinds = [
    [null, 'somebody of another project'],
    ['viewer', 'viewer'],
    ['developer', 'developer'],
    ['release-manager', 'release manager'],
    ['owner', 'owner'],
  ] as const
  for (const [role, title] of kinds) await expectTable(title, bearer(await somebody(role)), isHarmless)
})

test('a session of the browser and of the command of the server’s owner get what the table says', async () => {
  const owner = await readFile(join(plane.home, 'cli-token'), 'utf8')
  await expectTable("server's owner", bearer(owner), isHarmless)
  // A change by cookie is JSON, which an artifact is not: only programs upload them.
  const isAsked = (route: DeclaredRoute) => isHarmless(route) && route.method !== 'PUT'
  await expectTable("server's owner", { cookie: plane.cookie }, isAsked)
})

test('the token of a pull request’s job looks at its own run, is masked in the log, and ends with the job', async () => {
  await product().write('.github/workflows/ci.yml', `name: ci\non: pull_request\njobs:\n${job('checks')}`)
  const deploy = `on: { push: { branches: [main] } }\njobs:\n${job('build')}${job('deploys', '    environment: staging\n')}`
  await product().write('.github/workflows/deploy.yml', deploy)
  const undo = `on: { workflow_dispatch: { inputs: { environment: { type: string } } } }\njobs:\n${job('undoes')}`
  await product().write('.github/workflows/rollback.yml', undo)
  const sha = await product().commit('Hand out tokens')
  await product().push('HEAD:refs/heads/curious')
  const token = await tokenOf('checks')
  await expectTable('job of a pull request', bearer(token))
  const { runs } = await get<{ runs: RunState[] }>(`/api/v1/projects/tiny/runs?sha=${sha}`)
  const own = `/api/v1/projects/tiny/runs/${runs[0]?.id}`
  const asJob = (path: string) => ask('GET', path, undefined, { cookie: '', ...bearer(token) })
  expect((await asJob(own)).status).toBe(200)
  expect((await asJob(`${own}/jobs/checks/log`)).status).toBe(200)
  expect((await asJob('/api/v1/me')).body).toMatchObject({ kind: 'job', person: { name: 'checks of ci #1' } })
  expect(code(await asJob('/api/v1/projects/tiny/runs/another'))).toBe('FORBIDDEN')
  await go('checks')
  await runOf(sha, 'ci.yml')
  expect(code(await asJob(own))).toBe('UNAUTHENTICATED')
  expect(await get<string>(`${own}/jobs/checks/log?format=text`)).toMatch(/the token is \*\*\*/)
})

test('a job of a deployed branch acts for its commit and its environment, and never decides or undoes', async () => {
  expect(await product().push('HEAD:main')).toContain('deploy.yml #')
  const [build, deploys] = [await tokenOf('build'), await tokenOf('deploys')]
  const sha = await product().git('rev-parse', 'HEAD')
  await expectTable('job of a deployed branch', bearer(build))
  await expectTable('job in an environment', bearer(deploys))
  const as = (token: string, path: string, body?: unknown) =>
    ask(body === undefined ? 'GET' : 'POST', path, body, { cookie: '', ...bearer(token) })
  const release = { artifacts: [], migrations: [] }
  expect((await as(build, `/api/v1/projects/tiny/commits/${sha}/config`)).status).toBe(200)
  expect(code(await as(build, `/api/v1/projects/tiny/commits/${'0'.repeat(40)}/config`))).toBe('FORBIDDEN')
  expect(code(await as(build, '/api/v1/projects/tiny/releases', { ...release, sha: '0'.repeat(40) }))).toBe('FORBIDDEN')
  expect((await as(build, '/api/v1/projects/tiny/releases', { ...release, sha })).status).toBe(201)
  const other = await as(deploys, '/api/v1/projects/tiny/deployments', { release: sha, environment: 'production' })
  expect(other.body).toMatchObject({
    error: { code: 'FORBIDDEN', message: expect.stringContaining('it has the environment staging') },
  })
  expect(code(await as(deploys, '/api/v1/projects/tiny/logs?environment=production'))).toBe('FORBIDDEN')
  expect((await as(deploys, '/api/v1/projects/tiny/logs?environment=staging')).status).toBe(200)
  const decided = await as(deploys, '/api/v1/projects/tiny/promotions/x/approve', { reason: 'mine', version: 1 })
  expect(decided.body).toMatchObject({
    error: { code: 'FORBIDDEN', message: expect.stringContaining('a run is not a person') },
  })
  await go('build')
  await go('deploys')
  await runOf(sha, 'deploy.yml')
  for (const token of [build, deploys]) expect(code(await as(token, '/api/v1/me'))).toBe('UNAUTHENTICATED')
})

test('a run of rollback.yml may undo in the environment it was started for, and there only', async () => {
  const asked = { workflow: 'rollback.yml', ref: 'refs/heads/main', inputs: { environment: 'staging' } }
  expect((await ask('POST', '/api/v1/projects/tiny/runs', asked)).status).toBe(201)
  const token = await tokenOf('undoes')
  await expectTable('job of rollback.yml', bearer(token))
  const undo = (environment: string) =>
    ask(
      'POST',
      `/api/v1/projects/tiny/environments/${environment}/rollback`,
      { reason: 'mine' },
      { cookie: '', ...bearer(token) },
    )
  expect(code(await undo('production'))).toBe('FORBIDDEN')
  expect(code(await undo('staging'))).toBe('NOTHING_TO_ROLL_BACK_TO')
  await go('undoes')
})

test('tokens and sessions are listed, made, revoked and ended, and a token decides nothing', async () => {
  const owner = bearer(await readFile(join(plane.home, 'cli-token'), 'utf8'))
  const asOwner = <T>(method: string, path: string, body?: unknown) =>
    ask<T>(method, path, body, { cookie: '', ...owner })
  const tokens = '/api/v1/projects/tiny/tokens'
  const scopes = ['read', 'run', 'release', 'respond', 'ingest', 'deploy:staging', 'rollback:staging']
  const made = await asOwner<{ id: string; token: string }>('POST', tokens, { name: 'github', scopes, days: 1 })
  expect(made.status).toBe(201)
  const program = (method: string, path: string, body?: unknown) =>
    ask(method, path, body, { cookie: '', ...bearer(made.body.token) })
  await expectTable('token with every scope', bearer(made.body.token), isHarmless)
  expect((await program('GET', '/api/v1/projects/tiny/line')).status).toBe(200)
  for (const [path, body] of [
    ['/api/v1/projects/tiny/promotions/x/approve', { reason: 'mine' }],
    ['/api/v1/projects/tiny/environments/production/resume', { reason: 'mine' }],
    ['/api/v1/projects/tiny/environments/production/rollback', { reason: 'mine' }],
    ['/api/v1/projects/tiny/deployments', { release: '0'.repeat(40), environment: 'production' }],
    ['/api/v1/sign-in-links', {}],
    [tokens, { name: 'more', scopes: ['read'] }],
  ] as const)
    expect([path, code(await program('POST', path, body))]).toEqual([path, 'FORBIDDEN'])
  expect(code(await program('GET', '/api/v1/projects/other/line'))).toBe('PROJECT_UNKNOWN')
  const listed = (await asOwner<{ tokens: TokenView[] }>('GET', tokens)).body.tokens
  // None lives on of jobs that are over.
  expect(listed).toEqual([expect.objectContaining({ id: made.body.id, name: 'github', createdBy: 'Ana', scopes })])
  expect(listed[0]?.lastUsedAt).toEqual(expect.any(String))
  expect((await asOwner('POST', `${tokens}/${made.body.id}/revoke`, {})).status).toBe(200)
  expect(code(await program('GET', '/api/v1/projects/tiny/line'))).toBe('UNAUTHENTICATED')
  const { sessions } = (await asOwner<{ sessions: SessionView[] }>('GET', '/api/v1/sessions')).body
  // One for the commands of this machine, whatever was started before.
  const own = sessions.filter(({ person }) => person === 'Ana')
  expect(own.map(({ kind }) => kind).sort()).toEqual(['browser', 'command'])
  const browser = own.find(({ kind }) => kind === 'browser')
  expect((await asOwner('POST', `/api/v1/sessions/${browser?.id}/end`, {})).status).toBe(200)
  expect(code(await ask('GET', '/api/v1/me'))).toBe('UNAUTHENTICATED')
})

test('what was refused and who got in is in the ledgers, of the project and of the server', async () => {
  const owner = bearer(await readFile(join(plane.home, 'cli-token'), 'utf8'))
  const rows = async (path: string) =>
    (await ask<{ rows: LedgerRow[]; whole: boolean }>('GET', path, undefined, { cookie: '', ...owner })).body
  const ofProject = await rows('/api/v1/projects/tiny/ledger?limit=500')
  expect(ofProject.whole).toBe(true)
  const said = ofProject.rows.map(({ actor, action, subject }) => [actor, action, subject])
  for (const row of [
    ['viewer', 'access.refused', 'POST /api/v1/projects/:project/runs'],
    ['github', 'access.refused', 'POST /api/v1/projects/:project/promotions/:id/approve'],
    ['Ana', 'invitation.created', 'viewer'],
    ['viewer', 'invitation.accepted', 'viewer'],
    ['Ana', 'token.created', 'github'],
    ['Ana', 'token.revoked', 'github'],
  ])
    expect(said).toContainEqual(row)
  const ofServer = await rows('/api/v1/server/ledger?limit=500')
  expect(ofServer.rows.map(({ actor, action, subject }) => [actor, action, subject])).toContainEqual([
    'Ana',
    'sign-in.done',
    'a one-time link',
  ])
})
