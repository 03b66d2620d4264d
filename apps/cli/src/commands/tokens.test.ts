import { mkdtemp, readFile, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { typed } from '../testing/test-host.ts'
import { refusal, testServer } from '../testing/test-server.ts'

const until = '2027-01-31T00:00:00.000Z'
const token = (id: string, name = 'github') => ({
  ...{ id, name, kind: 'program', environment: null, scopes: ['read', 'deploy:staging'] },
  ...{ createdBy: 'Ana', createdAt: null, expiresAt: until, lastUsedAt: null },
})
const session = {
  ...{ id: 'ab12', personId: 'p1', person: 'Ana', kind: 'browser', isThis: true, agent: 'Firefox' },
  ...{ createdAt: null, expiresAt: until },
}
const mia = { id: 'p2-long', name: 'Mia', email: 'mia@example.com', role: 'viewer', since: '2026-01-31T00:00:00.000Z' }
const max = { ...mia, id: 'p3-long', name: 'Max', email: null }
const invitation = {
  ...{ id: 'v1', project: 'shop', role: 'developer', email: null, invitedBy: 'Ana', usedAt: null, usedBy: null },
  ...{ createdAt: until, expiresAt: until },
}

async function say(args: string[], more: Parameters<typeof testServer>[0] = {}, env: Record<string, string> = {}) {
  const gantry = await testServer({
    'GET /api/v1/projects/shop/tokens': () => ({ tokens: [token('5f0c1'), token('5f0d2', 'nightly')] }),
    'GET /api/v1/projects/shop/people': () => ({ people: [max, mia] }),
    'GET /api/v1/projects/shop/invitations': () => ({ invitations: [invitation] }),
    'GET /api/v1/sessions': () => ({ sessions: [session] }),
    ...more,
  })
  return { ...(await typed(args, { env: { ...gantry.env, ...env } })), asked: gantry.asked, url: gantry.url }
}

it('lists tokens without what they are', async () => {
  const { out, code } = await say(['tokens'])
  expect(code).toBe(0)
  expect(out).toMatch(/5f0c1 +github +program +read deploy:staging +Ana +never +2027-01-31/)
})

it('makes a token for a program and prints it alone', async () => {
  const made = { 'POST /api/v1/projects/shop/tokens': () => ({ id: 'x', token: 'gantry_secret', expiresAt: 'later' }) }
  const { out, asked } = await say(['tokens', 'create', 'github', '--scope', 'read', 'release', '--days', '7'], made)
  expect(out).toBe('gantry_secret\n')
  expect(asked[0]?.body).toEqual({ name: 'github', scopes: ['read', 'release'], days: 7 })
  expect((await say(['tokens', 'create', 'github'], made)).err).toContain('expected --scope')
})

it('revokes the one token that an id begins', async () => {
  const ended = { 'POST /api/v1/projects/shop/tokens/5f0c1/revoke': () => ({}) }
  expect(await say(['tokens', 'revoke', '5f0c'], ended)).toMatchObject({ code: 0, out: 'revoked github\n' })
  expect(await say(['tokens', 'revoke', '5f0'], ended)).toMatchObject({
    code: 2,
    err: expect.stringContaining('expected the id of one token, 2 begin with 5f0'),
  })
  expect((await say(['tokens', 'revoke'])).err).toContain('expected an id, got none')
})

it('lists who is signed in, and ends one session or all others', async () => {
  expect((await say(['sessions'])).out).toMatch(/ab12 +Ana +browser, this one +– +2027-01-31 +Firefox/)
  const ended = {
    'POST /api/v1/sessions/ab12/end': () => ({}),
    'POST /api/v1/sessions/end-others': () => ({ ended: 2 }),
  }
  expect(await say(['sessions', 'end', 'ab'], ended)).toMatchObject({ code: 0, out: 'signed out Ana\n' })
  expect(await say(['sessions', 'end', 'zz'], ended)).toMatchObject({ code: 2 })
  expect((await say(['sessions', 'end-others'], ended)).out).toContain('2')
})

it('lists people and open invitations, finds a person by e-mail, and gives another role', async () => {
  const { out } = await say(['people'])
  expect(out).toMatch(/Mia +mia@example.com +viewer/)
  expect(out).toMatch(/v1 +developer +whoever has the link +Ana/)
  const given = { 'POST /api/v1/projects/shop/people/p2-long/role': () => ({}) }
  const { asked, ...said } = await say(['people', 'role', 'mia@example.com', 'owner'], given)
  expect([said.out, asked.at(-1)?.body]).toEqual(['Mia is owner\n', { role: 'owner' }])
  expect(await say(['people', 'role', 'nobody', 'owner'])).toMatchObject({ code: 2 })
  expect((await say(['people', 'role', 'Mia', 'boss'])).err).toContain('expected a role among viewer, developer')
})

it('invites by a link that it prints alone, and revokes it', async () => {
  const link = 'https://g.example/invitation#secret'
  const answers = {
    'POST /api/v1/projects/shop/invitations': () => ({ invitation, link, isMailed: false }),
    'POST /api/v1/projects/shop/invitations/v1/revoke': () => ({}),
  }
  const { out, asked } = await say(['people', 'invite', 'developer', '--days', '3'], answers)
  expect([out, asked[0]?.body]).toEqual([`${link}\n`, { role: 'developer', email: null, days: 3 }])
  expect((await say(['people', 'revoke', 'v1'], answers)).out).toContain('works no more')
})

it('signs in to a server by a code, keeps the session where only this user reads it, sends it there only, and ends it', async () => {
  const home = await mkdtemp(join(tmpdir(), 'gantry-home-'))
  let polls = 0
  const server = await testServer({
    'POST /api/auth/device/code': () => ({
      ...{ device_code: 'd', user_code: 'ABCD', expires_in: 60, interval: 0 },
      verification_uri_complete: 'https://g.example/device?user_code=ABCD',
    }),
    'POST /api/auth/device/token': () =>
      ++polls < 3 ? { error: 'authorization_pending' } : { access_token: 'secret of mine' },
    'GET /api/v1/sessions': () => ({ sessions: [] }),
    'POST /api/v1/sign-out': () => ({}),
  })
  const env = { HOME: home }
  const signedIn = await typed(['sign-in', server.url], { env })
  expect(signedIn).toMatchObject({ code: 0, out: `signed in to ${server.url}\n` })
  expect(signedIn.err).toContain('ABCD')
  const file = join(home, '.config/gantry/servers.json')
  expect((await stat(file)).mode & 0o077).toBe(0)
  await typed(['sessions'], { env, cwd: home })
  expect(server.asked.at(-1)).toMatchObject({ path: '/api/v1/sessions', authorization: 'Bearer secret of mine' })
  const other = await testServer({ 'GET /api/v1/sessions': () => ({ sessions: [] }) })
  await typed(['sessions'], { env: { ...env, GANTRY_URL: other.url }, cwd: home })
  expect(other.asked.at(-1)?.authorization).toBeUndefined()
  expect(await typed(['sign-out'], { env })).toMatchObject({ code: 0, out: `signed out of ${server.url}\n` })
  expect(await readFile(file, 'utf8')).not.toContain('secret of mine')
  expect(await typed(['sign-out'], { env })).toMatchObject({ code: 2 })
})

it('says why a server begins no sign-in, in its words', async () => {
  const why = '60 sign-ins were begun from 203.0.113.7; the next may be tried in 30 s'
  const server = await testServer({ 'POST /api/auth/device/code': () => refusal('TOO_MANY_SIGN_INS', why) })
  const { code, err } = await typed(['sign-in', server.url], {
    env: { HOME: await mkdtemp(join(tmpdir(), 'gantry-home-')) },
  })
  expect([code, err]).toEqual([2, expect.stringContaining(why)])
})
