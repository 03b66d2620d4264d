import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunState, RunSummary } from '@gantry/core/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, code, get, plane, product, runOf, server, startPlane, stopPlane } from '../testing/control-plane.ts'
import { describeApi } from './openapi.ts'

/** What a server that knows nothing yet refuses, and how. */
beforeAll(startPlane)
afterAll(stopPlane)

test('what nobody answers, or cannot be read, is named', async () => {
  expect(code(await ask('GET', '/api/v1/nowhere'))).toBe('NOT_FOUND')
  expect(code(await ask('GET', '/api/v1/projects/tiny/runs?limit=lots'))).toBe('BAD_REQUEST')
  expect(code(await ask('POST', '/api/v1/projects/tiny/promotions/x/approve', { reason: '' }))).toBe('BAD_REQUEST')
  for (const path of [
    'runs/x',
    'releases/x',
    'deployments/x',
    'issues/99',
    'incidents/99',
    'runbooks/x',
    'environments/production/urls',
    'config',
  ]) {
    expect([path, (await ask('GET', `/api/v1/projects/tiny/${path}`)).status]).toEqual([
      path,
      path === 'environments/production/urls' || path === 'config' ? 400 : 404,
    ])
  }
  // What docs/reference/openapi.json is made from, without a server.
  expect(await get('/api/v1/openapi.json')).toEqual(JSON.parse(JSON.stringify(await describeApi())))
})

test('artifacts are kept only under the digest of their bytes', async () => {
  const sha = await product().commit('Never pushed')
  const digest = `sha256:${'0'.repeat(64)}`
  expect((await ask('HEAD', `/api/v1/projects/tiny/artifacts/${digest}`)).status).toBe(404)
  const token = readFileSync(join(plane.home, 'cli-token'), 'utf8')
  const upload = await fetch(`${server().url}/api/v1/projects/tiny/artifacts/${digest}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
    body: 'bytes',
  })
  expect(upload.status).toBe(400)
  const missing = await ask('POST', '/api/v1/projects/tiny/releases', {
    sha,
    artifacts: [{ service: 'web', digest, bytes: 5 }],
    migrations: [],
  })
  expect(code(missing)).toBe('RELEASE_ARTIFACT_MISSING')
  expect(
    code(await ask('POST', '/api/v1/projects/tiny/releases', { sha: '0'.repeat(40), artifacts: [], migrations: [] })),
  ).toBe('NOT_FOUND')
  expect(code(await ask('POST', '/api/v1/projects/tiny/sample/breaks/none/push', {}))).toBe('NOT_FOUND')
})

test('bodies that cannot be read, are too large, or of a kind nobody takes, are refused and named', async () => {
  const send = async (body: string, type: string) => {
    const headers = { cookie: plane.cookie, 'content-type': type }
    const answer = await fetch(`${server().url}/api/v1/projects/tiny/runs`, { method: 'POST', headers, body })
    return { status: answer.status, body: await answer.json() }
  }
  const cut = await send('{"workflow":', 'application/json')
  expect([cut.status, code(cut)]).toEqual([400, 'BAD_REQUEST'])
  const large = await send(JSON.stringify({ workflow: 'x'.repeat(2_200_000) }), 'application/json')
  expect([large.status, code(large)]).toEqual([413, 'BODY_TOO_LARGE'])
  expect(code(await send('{"workflow":"ci.yml","odd":1}', 'application/json'))).toBe('BAD_REQUEST')
  const token = await readFile(join(plane.home, 'cli-token'), 'utf8')
  const xml = await ask('POST', '/api/v1/projects/tiny/runs', undefined, {
    authorization: `Bearer ${token}`,
    'content-type': 'text/xml',
  })
  expect(code(xml)).toBe('BAD_REQUEST')
})

test('the hooks say what is wrong with a push they cannot judge', async () => {
  const { token } = JSON.parse(readFileSync(join(plane.home, 'projects/tiny/hook.json'), 'utf8'))
  const hook = (body: unknown) =>
    ask('POST', '/api/v1/projects/tiny/hooks/git', body, { authorization: `Bearer ${token}` })
  const update = { before: null, after: 'f'.repeat(40), ref: 'refs/heads/main', isForward: true }
  const asked = { phase: 'pre-receive', actor: 'Kim', updates: [update] }
  expect(code(await hook(asked))).toBe('CHECKS_NOT_GREEN')
  expect(code(await hook({ ...asked, phase: 'midway' }))).toBe('BAD_REQUEST')
  expect(code(await hook({ ...asked, updates: [{ ...update, after: null }] }))).toBe('HISTORY_REWRITTEN')
  const removed = { ...asked, phase: 'post-receive', updates: [{ ...update, after: null, ref: 'refs/heads/curious' }] }
  expect((await hook(removed)).body).toMatchObject({ lines: [] })
  const tag = { ...update, ref: 'refs/tags/v1' }
  expect((await hook({ ...asked, phase: 'post-receive', updates: [tag] })).body).toMatchObject({ lines: [] })
})

test('main is refused while its checks run, and a push nobody asks for says so', async () => {
  const go = join(plane.home, 'go')
  await product().write(
    '.github/workflows/ci.yml',
    `on: pull_request\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: while [ ! -e "${go}" ]; do sleep 0.05; done\n`,
  )
  const sha = await product().commit('Slow checks')
  await product().push('HEAD:refs/heads/slow')
  expect(await product().push('HEAD:main')).toContain('ci.yml is still running for')
  const { runs } = await get<{ runs: RunSummary[] }>(`/api/v1/projects/tiny/runs?sha=${sha}`)
  await ask('POST', `/api/v1/projects/tiny/runs/${runs[0]?.id}/cancel`, { reason: 'seen enough' })
  const cancelled = await get<RunState>(`/api/v1/projects/tiny/runs/${runs[0]?.id}`)
  expect(cancelled).toMatchObject({ status: 'completed', conclusion: 'cancelled' })
  expect((await ask('POST', `/api/v1/projects/tiny/runs/${runs[0]?.id}/cancel`, { reason: 'again' })).body).toEqual(
    cancelled,
  )
  expect(await product().push('HEAD:main')).toContain('ci.yml failed for')
  await product().git('rm', '-rfq', '.github')
  await product().commit('No workflows')
  expect(await product().push('HEAD:refs/heads/bare')).toContain('no workflow file asks for pull_request on bare')
})

test('a run is started by hand for a branch, with the inputs its file takes', async () => {
  await product().write(
    '.github/workflows/greet.yml',
    'on:\n  workflow_dispatch:\n    inputs:\n      who: { type: choice, options: [Ana, Kim], required: true }\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{ run: "echo hello ${{ inputs.who }}" }]\n',
  )
  const sha = await product().commit('Greet')
  await product().push('HEAD:refs/heads/greet')
  const started = await ask<RunState>('POST', '/api/v1/projects/tiny/runs', {
    workflow: '.github/workflows/greet.yml',
    ref: 'refs/heads/greet',
    inputs: { who: 'Kim' },
  })
  expect(started).toMatchObject({ status: 201, body: { event: 'workflow_dispatch', actor: 'Ana', sha } })
  expect(await runOf(sha, 'greet.yml')).toMatchObject({ conclusion: 'success' })
  expect(await get<string>(`/api/v1/projects/tiny/runs/${started.body.id}/jobs/a/log?format=text&step=1`)).toContain(
    'hello Kim',
  )
  const missing = await ask('POST', '/api/v1/projects/tiny/runs', { workflow: 'none.yml', ref: 'refs/heads/greet' })
  expect(missing).toMatchObject({
    status: 404,
    body: { error: { message: 'no .github/workflows/none.yml on refs/heads/greet' } },
  })
})
