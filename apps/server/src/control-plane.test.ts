import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type {
  Deployment,
  Incident,
  IncidentView,
  Promotion,
  ReleaseView,
  RunPageView,
  RunSummary,
} from '@gantry/core/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServer } from './start-server.ts'
import {
  answering,
  api,
  ask,
  code,
  environment,
  get,
  isLive,
  line,
  openLink,
  pages,
  plane,
  product,
  readyPromotion,
  restart,
  runOf,
  server,
  startPlane,
  stopPlane,
  toMain,
  traffic,
  until,
} from './testing/control-plane.ts'

let first = ''
let second = ''

beforeAll(startPlane)
afterAll(stopPlane)

test('strangers are refused, with a code and a hint; a link signs in once', async () => {
  expect((await fetch(`${server().url}/healthz`)).status).toBe(200)
  const stranger = await ask('GET', `${api}/line`, undefined, { cookie: '' })
  expect(stranger.status).toBe(401)
  expect(stranger.body).toMatchObject({
    error: { code: 'UNAUTHENTICATED', hint: expect.stringContaining('gantry sign-in'), requestId: expect.any(String) },
  })
  const again = await openLink(server().signInUrl)
  expect([again.status, again.headers.getSetCookie()]).toEqual([401, []])
  expect(await again.text()).toContain('This link was used already')
  const me = { person: { name: 'Ana' }, projects: ['tiny'], roles: { tiny: 'owner' } }
  expect(await get('/api/v1/me')).toMatchObject(me)
})

test('a change by cookie from another site, or not as JSON, is refused', async () => {
  const foreign = await ask('POST', '/api/v1/sign-in-links', {}, { 'sec-fetch-site': 'cross-site' })
  expect(foreign.status).toBe(403)
  const form = await fetch(`${server().url}/api/v1/sign-in-links`, {
    method: 'POST',
    headers: { cookie: plane.cookie, 'content-type': 'text/plain' },
    body: 'x',
  })
  expect(form.status).toBe(403)
  const link = await ask<{ url: string }>('POST', '/api/v1/sign-in-links', {})
  const typed = await ask('POST', '/api/v1/sign-in', { token: link.body.url }, { cookie: '' })
  expect(typed.body).toMatchObject({ person: { name: 'Ana' } })
  expect(code(await ask('POST', '/api/v1/sign-in', { token: 'guess' }, { cookie: '' }))).toBe('UNAUTHENTICATED')
})

test('the line is empty before anything was pushed', async () => {
  expect(await line()).toMatchObject({ services: [], environments: [], cells: [], promotions: [], incidents: [] })
})

test('only the hooks may speak for the repository', async () => {
  const push = { phase: 'pre-receive', actor: 'x', updates: [] }
  const answer = await ask('POST', `${api}/hooks/git`, push, { authorization: 'Bearer guess' })
  expect(answer.status).toBe(401)
})

test('main refuses what was not checked, and what is red; a green commit goes to staging', async () => {
  first = await product().commit('First')
  expect(await product().push('HEAD:main')).toContain('CHECKS_NOT_GREEN')
  await product().write('broken', 'yes')
  const red = await product().commit('Red')
  await product().push('HEAD:refs/heads/red')
  expect(await runOf(red, 'ci.yml')).toMatchObject({ conclusion: 'failure', failedAt: 'check › Test' })
  expect(await runOf(red, 'ci.yml')).toMatchObject({ actor: 'Kim', author: 'Kim', ref: 'refs/pull/1/merge' })
  expect(await product().push('HEAD:main')).toMatch(/ci\.yml failed for \w{7} in check › Test/)
  await product().git('reset', '--quiet', '--hard', first)
  expect(await product().push('HEAD:refs/heads/try')).toContain('ci.yml #')
  expect((await runOf(first, 'ci.yml'))?.conclusion).toBe('success')
  expect(await product().push('HEAD:main')).toContain('deploy.yml #1 started')
  await until(line, isLive('staging', first), 'staging live')
  expect(await product().push(':main')).toContain('HISTORY_REWRITTEN')
})

test('a promotion waits; only a release manager decides it, with a reason, about what it is now', async () => {
  const promotion = await readyPromotion(first)
  expect(promotion?.gates.map(({ state }) => state)).toEqual(['met', 'met'])
  expect(promotion).toMatchObject({ allowSelfApproval: false })
  expect(await get(`${api}/promotions`)).toMatchObject({
    promotions: [{ id: promotion?.id, allowSelfApproval: false }],
  })
  expect(code(await ask('POST', `${api}/deployments`, { release: first, environment: 'production' }))).toBe(
    'GATES_NOT_MET',
  )
  expect(code(await ask('POST', `${api}/promotions/${promotion?.id}/approve`, { reason: 'x', version: 99 }))).toBe(
    'CONFLICT',
  )
  expect(code(await ask('POST', `${api}/promotions/none/approve`, { reason: 'x' }))).toBe('NOT_FOUND')
  const approved = await ask<Promotion>('POST', `${api}/promotions/${promotion?.id}/approve`, {
    reason: 'it works',
    version: promotion?.version,
  })
  expect(approved.body).toMatchObject({
    state: 'approved',
    approvals: [{ person: 'Ana', personId: 'owner', reason: 'it works' }],
  })
  await until(line, isLive('production', first), 'production live')
  expect((await runOf(first, 'deploy.yml'))?.conclusion).toBe('success')
})

test('what runs is watched: monitors, lines, traffic, the release in words', async () => {
  await traffic('production', 60)
  await until(
    line,
    view =>
      view.cells.some(
        cell =>
          cell.environment === 'production' &&
          cell.health === 'healthy' &&
          cell.healthWindowMs === 60_000 &&
          (cell.requestsPerMinute ?? 0) > 1,
      ),
    'a healthy cell with traffic',
  )
  const { monitors } = await get<{ monitors: { state: string; recent: unknown[] }[] }>(`${api}/monitors`)
  expect(monitors.map(({ state }) => state)).toEqual(['up', 'up'])
  const page = await until(
    () =>
      get<{ lines: { message: string; release: string }[]; histogram: { at: string }[]; barMs: number }>(
        `${api}/logs?service=web&environment=production&q=listening`,
      ),
    ({ lines }) => lines.length > 0,
    'lines',
  )
  expect(page.lines[0]).toMatchObject({ message: 'listening', release: first })
  // Bars without a line are there too.
  const starts = page.histogram.map(({ at }) => Date.parse(at))
  expect(new Set(starts.slice(1).map((at, index) => at - (starts[index] ?? 0)))).toEqual(new Set([page.barMs]))
  expect(page.barMs).toBe(15_000)
  expect([60, 61]).toContain(starts.length)
  const bare = await get<typeof page>(`${api}/logs?service=web&q=listening&histogram=false`)
  expect(bare).toMatchObject({
    histogram: [],
    lines: expect.arrayContaining([expect.objectContaining({ release: first })]),
  })
  const release = await get<ReleaseView>(`${api}/releases/${first.slice(0, 7)}`)
  expect(release).toMatchObject({ id: first, title: 'First', author: 'Kim', changes: [{ sha: first }] })
  expect(release.deployments.map(({ environment: name }) => name).sort()).toEqual(['production', 'staging'])
  const { runs } = await get<{ runs: RunSummary[] }>(`${api}/runs`)
  const red = await get<RunPageView>(`${api}/runs?status=failure&branch=red&author=kim&event=pull_request`)
  expect(red).toMatchObject({ runs: [{ failedAt: 'check › Test', branch: 'red' }], total: 1, newer: 0 })
  expect(await get(`${api}/runs/choices`)).toMatchObject({ authors: ['Kim'] })
  const text = await get<string>(`${api}/runs/${runs[0]?.id}/jobs/build/log?format=text`)
  expect(text).toContain('release=')
  const log = `${api}/runs/${runs[0]?.id}/jobs/build/log`
  const steps = await get<{ lines: { step: number }[] }>(`${log}?step=2`)
  expect(new Set(steps.lines.map(({ step }) => step))).toEqual(new Set([2]))
  const end = await get<{ lines: { text: string }[]; hasEarlier: boolean }>(`${log}?tail=1`)
  expect(end).toMatchObject({ lines: [{ text: text.trimEnd().split('\n').at(-1) }], hasEarlier: true })
  expect(code(await ask('GET', `${log}?tail=0`))).toBe('BAD_REQUEST')
  expect(await get(`${api}/commits/${first}/config`)).toMatchObject({ sha: first, config: { project: 'tiny' } })
})

test('an error report becomes an issue of its service and release', async () => {
  const { dsn } = await line()
  const { username, host, pathname } = new URL(dsn)
  const to = `http://${host}/api${pathname}/envelope/`
  const event = {
    event_id: 'c'.repeat(32),
    release: first,
    environment: 'production',
    exception: { values: [{ type: 'Odd', value: 'thing 7' }] },
  }
  const body = `{}\n{"type":"event"}\n${JSON.stringify(event)}`
  const post = (query: string, content: string, headers = {}) =>
    fetch(`${to}${query}`, { method: 'POST', body: content, headers })
  const preflight = (await fetch(to, { method: 'OPTIONS' })).headers
  expect(preflight.get('access-control-allow-origin')).toBe('*')
  expect(preflight.get('access-control-allow-methods')).toBe('POST, OPTIONS')
  expect(preflight.get('access-control-allow-headers')).toContain('x-sentry-auth')
  expect((await post(`?sentry_key=${'0'.repeat(32)}`, body)).status).toBe(403)
  const refused = await post('', body)
  expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, '*'])
  expect((await post(`?sentry_key=${username}`, '{"cut')).status).toBe(400)
  expect((await fetch(`http://${host}/api/77/envelope/?sentry_key=${username}`, { method: 'POST', body })).status).toBe(
    403,
  )
  expect(await (await post(`?sentry_key=${username}`, body)).json()).toEqual({ id: 'c'.repeat(32) })
  expect((await post(`?sentry_key=${username}`, body)).status).toBe(200)
  const { issues } = await get<{ issues: { number: number }[] }>(`${api}/issues?query=Odd`)
  expect(issues).toMatchObject([{ title: 'Odd: thing 7', events: 1 }])
  const number = issues[0]?.number
  expect(await get(`${api}/issues/${number}`)).toMatchObject({
    tags: expect.arrayContaining([{ name: 'environment', of: 1, values: [{ value: 'production', count: 1 }] }]),
  })
  expect(await get(`${api}/issues/${number}/events`)).toMatchObject({ total: 1 })
  for (const [verb, state] of [
    ['mute', 'muted'],
    ['resolve', 'resolved'],
    ['reopen', 'open'],
  ]) {
    expect((await ask('POST', `${api}/issues/${number}/${verb}`, { reason: 'looked' })).body).toMatchObject({ state })
  }
})

test('a release that fails is judged, paged and undone, and leaves a trace', async () => {
  await product().answer(500)
  second = await toMain('bad', 'Second')
  const promotion = await readyPromotion(second)
  await ask('POST', `${api}/promotions/${promotion?.id}/approve`, { reason: 'it looked good' })
  await until(line, isLive('production', second), 'the bad one live')
  // Visitors do not come all in one second, and keep coming: a verdict rests on more than one moment.
  const visited = async () => {
    await traffic('production', 10)
    return line()
  }
  const view = await until(visited, isLive('production', first), 'the good one back')
  expect(view.environments[1]).toMatchObject({
    hold: { by: 'gantry', because: expect.stringContaining('verdict worse') },
  })
  const { incidents } = await get<{ incidents: Incident[] }>(`${api}/incidents?state=open`)
  expect(incidents).toMatchObject([{ severity: 'critical', runbook: 'bad-release', release: second, state: 'open' }])
  await until(
    async () => pages.length,
    count => count >= 2,
    'the page, after a failure',
  )
  expect(pages[1]).toMatchObject({ event_action: 'trigger', payload: { severity: 'critical' } })
  const incident = await until(
    () => get<IncidentView>(`${api}/incidents/${incidents[0]?.number}`),
    one => one.entries.some(({ kind }) => kind === 'rollback') && one.notices.some(({ state }) => state === 'sent'),
    'its timeline',
  )
  expect(incident.entries.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['opened', 'verdict', 'page-failed', 'paged', 'rollback']),
  )
  expect(incident).toMatchObject({ runbookContent: { title: 'A bad release' }, changesBefore: expect.any(Array) })
  expect((await get<ReleaseView>(`${api}/releases/${second}`)).badBecause).toContain('verdict worse')
})

test('people respond: acknowledge, tick, note, resolve; and let promotions through again', async () => {
  const { incidents } = await get<{ incidents: Incident[] }>(`${api}/incidents?state=open`)
  const path = `${api}/incidents/${incidents[0]?.number}`
  expect(code(await ask('POST', `${path}/acknowledge`, { version: 99 }))).toBe('CONFLICT')
  expect((await ask('POST', `${path}/acknowledge`, {})).body).toMatchObject({
    state: 'acknowledged',
    acknowledgedBy: 'Ana',
  })
  expect((await ask('POST', `${path}/steps`, { step: 1, done: true })).body).toMatchObject({ ticked: [1] })
  expect((await ask('POST', `${path}/steps`, { step: 1, done: false })).body).toMatchObject({ ticked: [] })
  expect(code(await ask('POST', `${path}/steps`, { step: 9, done: true }))).toBe('BAD_REQUEST')
  expect((await ask('POST', `${path}/notes`, { text: 'it was the cache' })).body).toMatchObject({
    kind: 'note',
    actor: 'Ana',
  })
  expect((await ask('POST', `${path}/resolve`, { reason: 'undone' })).body).toMatchObject({ state: 'resolved' })
  expect(code(await ask('POST', `${path}/resolve`, {}))).toBe('ILLEGAL_TRANSITION')
  expect((await ask('POST', `${api}/environments/production/resume`, { reason: 'understood' })).status).toBe(200)
  expect(code(await ask('POST', `${api}/environments/production/resume`, { reason: 'again' }))).toBe(
    'ILLEGAL_TRANSITION',
  )
  expect((await get<{ runbooks: { slug: string }[] }>(`${api}/runbooks`)).runbooks.map(({ slug }) => slug)).toEqual([
    'bad-release',
  ])
})

test('a rollback says first what it will do, and is refused where there is nothing to go back to', async () => {
  const plan = await get<{ from: string; to: string | null; blockers: string[] }>(
    `${api}/environments/staging/rollback-plan`,
  )
  expect(plan).toMatchObject({ from: second, to: first })
  expect((await line()).environments[0]).toMatchObject({ name: 'staging', canRollBack: true })
  const started = await ask<Deployment>('POST', `${api}/environments/staging/rollback`, { reason: 'by hand' })
  expect(started.status).toBe(202)
  const back = await until(line, isLive('staging', first), 'staging back')
  // The only other release is marked bad now.
  expect(back.environments.map(({ canRollBack }) => canRollBack)).toEqual([false, false])
  expect(code(await ask('POST', `${api}/environments/staging/rollback`, { reason: 'once more' }))).toBe(
    'NOTHING_TO_ROLL_BACK_TO',
  )
  await ask('POST', `${api}/environments/staging/resume`, { reason: 'done' })
  const { deployments } = await get<{ deployments: Deployment[] }>(`${api}/deployments?environment=staging`)
  expect(deployments[0]).toMatchObject({ kind: 'rollback', state: 'live' })
})

test('an environment that is none is named, not taken for one where nothing runs', async () => {
  const place = `${api}/environments/prod`
  const answers = await Promise.all([
    ask('GET', `${place}/rollback-plan`),
    ask('GET', `${place}/urls`),
    ask('POST', `${place}/rollback`, { reason: 'undo' }),
    ask('POST', `${place}/resume`, { reason: 'go on' }),
  ])
  expect(answers.map(code)).toEqual(['NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND'])
})

test('runs can be started by hand, cancelled and run again', async () => {
  expect(code(await ask('POST', `${api}/runs`, { workflow: 'ci.yml', ref: 'refs/heads/none' }))).toBe('NOT_FOUND')
  const { runs } = await get<{ runs: RunSummary[] }>(`${api}/runs?workflow=ci.yml`)
  const again = await ask<{ id: string; number: number }>('POST', `${api}/runs/${runs[0]?.id}/rerun`, {
    reason: 'once more',
  })
  expect(again.status).toBe(201)
  expect((await ask('POST', `${api}/runs/${again.body.id}/cancel`, { reason: 'no' })).body).toMatchObject({
    status: 'completed',
  })
  await product().write('.github/workflows/odd.yml', 'name: odd\non: pull_request\njobs:\n  a:\n    runs-onn: x\n')
  const sha = await product().commit('A file that cannot be read')
  await product().push('HEAD:refs/heads/odd')
  const odd = await runOf(sha, 'odd.yml')
  expect(odd?.conclusion).toBe('failure')
  const run = await get<{ jobs: { annotations: { message: string }[] }[] }>(`${api}/runs/${odd?.id}`)
  expect(run.jobs[0]?.annotations[0]?.message).toMatch(/odd\.yml:4:3: /)
})

test('the stream says hello, passes on what happens, and catches up', async () => {
  const greeted = Promise.withResolvers<void>()
  const read = async (headers: Record<string, string>, wanted: RegExp) => {
    const stop = new AbortController()
    const answer = await fetch(`${server().url}/api/v1/stream`, {
      headers: { cookie: plane.cookie, ...headers },
      signal: stop.signal,
    })
    let seen = ''
    const decoder = new TextDecoder()
    for await (const chunk of answer.body ?? []) {
      seen += decoder.decode(chunk)
      if (seen.includes('event: hello')) greeted.resolve()
      if (wanted.test(seen)) break
    }
    stop.abort()
    return seen
  }
  const live = read({}, /event: message/)
  await greeted.promise.then(() => ask('POST', `${api}/issues/1/mute`, {}))
  const seen = await live
  expect(seen).toMatch(/^event: hello\ndata: /)
  // The server's own id goes before: what another one counted says nothing here.
  const [, own = '', count = ''] = /^id: (\S+)-(\d+)\nevent: message$/m.exec(seen) ?? []
  const caughtUp = await read({ 'last-event-id': `${own}-${Number(count) - 1}` }, /event: message/)
  expect(caughtUp).toMatch(new RegExp(`^event: hello\\ndata: .*\\n\\nid: ${own}-${count}\\nevent: message`))
  for (const other of [`another-${count}`, '1'])
    expect(await read({ 'last-event-id': other }, /event: gap/), other).toContain('event: gap')
})

test('the ledger is whole and tells every act', async () => {
  const { rows, whole } = await get<{ rows: { action: string; seq: number }[]; whole: boolean }>(
    `${api}/ledger?limit=500`,
  )
  expect(whole).toBe(true)
  expect(new Set(rows.map(({ action }) => action))).toEqual(
    new Set([
      'release.created',
      'promotion.requested',
      'promotion.approved',
      'deployment.requested',
      'deployment.live',
      'rollback.requested',
      'rollback.done',
      'hold.placed',
      'hold.resumed',
      'release.marked-bad',
      ...['incident.opened', 'incident.acknowledged', 'incident.resolved'],
      'issue.changed',
      'run.cancelled',
      'run.rerun',
    ]),
  )
  expect((await get<{ rows: unknown[] }>(`${api}/ledger?before=${rows[0]?.seq}&limit=1`)).rows).toHaveLength(1)
})

test('a second server may not work in the same folder, nor on the same port', async () => {
  const other = await mkdtemp(join(tmpdir(), 'gantry-other-'))
  await expect(startServer({ ...environment(), home: other }, () => {})).rejects.toMatchObject({ code: 'PORT_IN_USE' })
  await rm(other, { recursive: true, force: true })
})

test('after a stop the next start brings everything back', async () => {
  await server().stop()
  await restart()
  await until(line, isLive('production', first), 'production after the restart')
  await answering('production')
})
