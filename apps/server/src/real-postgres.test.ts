import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '@gantry/store'
import { type RealPostgres, realPostgres } from '@gantry/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServer } from './start-server.ts'
import { TestBrowser } from './testing/access-server.ts'
import {
  ask,
  environment,
  get,
  isLive,
  line,
  plane,
  product,
  readyPromotion,
  runOf,
  server,
  startPlane,
  stopPlane,
  traffic,
  until,
} from './testing/control-plane.ts'
import { softPasskey } from './testing/soft-passkey.ts'
import { totp } from './testing/totp.ts'

/** The whole line over DATABASE_URL: the same server, with nothing of its data in its folder's own database. */
let postgres: RealPostgres
let url = ''
let release = ''

beforeAll(async () => {
  postgres = await realPostgres(process.env['DATABASE_URL_TEST'])
  url = await postgres.createDatabase()
  plane.databaseUrl = url
  await startPlane()
})
afterAll(async () => {
  await stopPlane()
  await postgres.stop()
})

async function rows(text: string): Promise<(string | null)[][]> {
  const database = await openDatabase({ kind: 'postgres', url })
  try {
    return (await database.session(session => session.query(text, []))).rows
  } finally {
    await database.close()
  }
}

test('a push is checked, released, put on staging, approved, and live in production', async () => {
  await product().write(
    '.github/workflows/nightly.yml',
    'on:\n  schedule:\n    - cron: "17 3 * * *"\n      timezone: Europe/Berlin\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{ run: "true" }]\n',
  )
  release = await product().commit('First')
  expect(await product().push('HEAD:main')).toContain('CHECKS_NOT_GREEN')
  expect(await product().push('HEAD:refs/heads/try')).toContain('ci.yml #1')
  expect(await runOf(release, 'ci.yml')).toMatchObject({ conclusion: 'success' })
  expect(await product().push('HEAD:main')).toContain('deploy.yml #1 started')
  await until(line, isLive('staging', release), 'staging live')
  const promotion = await readyPromotion(release)
  await ask('POST', `/api/v1/projects/tiny/promotions/${promotion?.id}/approve`, { reason: 'it works' })
  await until(line, isLive('production', release), 'production live')
  expect(await runOf(release, 'deploy.yml')).toMatchObject({ conclusion: 'success' })
})

test('what runs is watched, and an error report becomes an issue', async () => {
  await traffic('production', 30)
  await until(
    line,
    ({ cells }) =>
      cells.some(({ environment, requestsPerMinute }) => environment === 'production' && (requestsPerMinute ?? 0) > 1),
    'traffic of production',
  )
  const { username, host, pathname } = new URL((await line()).dsn)
  const event = { event_id: 'd'.repeat(32), release, exception: { values: [{ type: 'Odd', value: 'on Postgres' }] } }
  const sent = await fetch(`http://${host}/api${pathname}/envelope/?sentry_key=${username}`, {
    method: 'POST',
    body: `{}\n{"type":"event"}\n${JSON.stringify(event)}`,
  })
  expect(sent.status).toBe(200)
  expect(await get('/api/v1/projects/tiny/issues?query=Odd')).toMatchObject({
    issues: [{ title: 'Odd: on Postgres', firstRelease: release }],
  })
})

test('everything is in that database, and the next tick of a schedule waits there', async () => {
  const kept = await rows(
    `select (select count(*) from gantry.runs), (select count(*) from gantry.kept_events),
      (select count(*) from gantry.deployments where body->>'state' = 'live')`,
  )
  expect(kept[0]?.map(Number)).toEqual([2, 1, 2])
  const waiting = await rows(
    `select data->'schedule'->>'cron', start_after > now() from pgboss.job where name = 'schedules'`,
  )
  expect(waiting).toEqual([['17 3 * * *', expect.anything()]])
  expect(String(waiting[0]?.[1])).toMatch(/^t/)
})

test('people get in there: by an invitation, a password and its second factor, a passkey; and out again', async () => {
  const { origin } = new URL(server().url)
  const invited = await ask<{ link: string }>('POST', '/api/v1/projects/tiny/invitations', { role: 'viewer' })
  const token = invited.body.link.split('#')[1] ?? ''
  const mia = new TestBrowser(origin)
  await mia.go('/api/v1/invitations/look', { token })
  const account = { name: 'Mia', email: 'mia@tiny.example', password: 'correct horse' }
  expect((await mia.go('/api/auth/sign-up/email', account)).status).toBe(200)
  expect((await mia.go('/api/v1/invitations/accept', { token })).body).toEqual({ project: 'tiny', role: 'viewer' })
  const options = (await mia.go('/api/auth/passkey/generate-register-options')).body
  const passkey = softPasskey(origin)
  const response = passkey.register(options)
  expect((await mia.go('/api/auth/passkey/verify-registration', { response, name: 'Laptop' })).status).toBe(200)
  const { totpURI, backupCodes } = (await mia.go('/api/auth/two-factor/enable', { password: account.password })).body
  const secret = new URL(totpURI).searchParams.get('secret') ?? ''
  expect((await mia.go('/api/auth/two-factor/verify-totp', { code: totp(secret) })).status).toBe(200)
  const again = new TestBrowser(origin)
  expect((await again.go('/api/auth/sign-in/email', account)).body.twoFactorRedirect).toBe(true)
  expect((await again.go('/api/v1/me')).status).toBe(401)
  const [code] = backupCodes
  expect((await again.go('/api/auth/two-factor/verify-backup-code', { code })).status).toBe(200)
  const byPasskey = new TestBrowser(origin)
  const asked = (await byPasskey.go('/api/auth/passkey/generate-authenticate-options')).body
  const proof = passkey.authenticate(asked)
  expect((await byPasskey.go('/api/auth/passkey/verify-authentication', { response: proof })).status).toBe(200)
  expect((await byPasskey.go('/api/v1/me')).body).toMatchObject({ projects: ['tiny'], roles: { tiny: 'viewer' } })
  const taken = await byPasskey.go('/api/v1/me/profile', { ...account, email: 'ana@tiny.example' })
  expect(taken.status).toBe(200)
  expect(
    await rows(`select name, email, former_emails, (select count(*) from gantry.passkeys where person_id = people.id),
      (select count(*) from gantry.second_factors where person_id = people.id),
      (select count(*) from gantry.sessions where person_id = people.id) from gantry.people where name = 'Mia'`),
  ).toEqual([['Mia', 'ana@tiny.example', '{mia@tiny.example}', '1', '1', expect.stringMatching(/^[3-9]$/)]])
  // Of scrypt, which takes long: a salt, and 64 bytes of key.
  const [[kept] = []] = await rows('select password from gantry.accounts where password is not null')
  expect(kept).toMatch(/^[0-9a-f]{32}:[0-9a-f]{128}$/)
  const others = Number((await byPasskey.go('/api/v1/sessions/end-others', {})).body.ended)
  expect(others).toBeGreaterThan(1)
  expect([(await mia.go('/api/v1/me')).status, (await byPasskey.go('/api/v1/me')).status]).toEqual([401, 200])
})

test('connections that the database cuts are replaced, and nothing is lost', async () => {
  await rows(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
  )
  await until(
    () => ask('GET', '/api/v1/projects/tiny/line'),
    ({ status }) => status === 200,
    'an answer after the cut',
  )
  expect((await fetch(`${server().url}/healthz`)).status).toBe(200)
  const again = await product().commit('After the cut')
  expect(await product().push('HEAD:refs/heads/cut')).toContain('ci.yml #')
  expect(await runOf(again, 'ci.yml')).toMatchObject({ conclusion: 'success' })
})

test('a database that cannot be reached is named at the start, and the folder is free again', async () => {
  const home = await mkdtemp(join(tmpdir(), 'gantry-nowhere-'))
  const nowhere = { ...environment(), home, port: 0, databaseUrl: 'postgres://nobody:secret@127.0.0.1:1/none' }
  for (let time = 0; time < 2; time++) {
    const refusal = await startServer(nowhere, () => {}).catch(cause => cause)
    expect(refusal).toMatchObject({ code: 'DATABASE_UNREACHABLE' })
    expect(String(refusal.message)).not.toContain('secret')
  }
  await rm(home, { recursive: true, force: true })
})
