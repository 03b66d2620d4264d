import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { type AccessServer, startAccessServer, TestBrowser } from '../testing/access-server.ts'
import { totp } from '../testing/totp.ts'

let server: AccessServer
let boss: { token: string }
beforeAll(async () => {
  server = await startAccessServer()
  boss = await server.person('boss', { shop: 'owner' }, true)
})
afterEach(() => void vi.useRealTimers())
afterAll(() => server.stop())

const asBoss = (path: string, body?: unknown) =>
  new TestBrowser(server.url).go(path, body, { authorization: `Bearer ${boss.token}` })

async function invite(asked: object): Promise<string> {
  const { body } = await asBoss('/api/v1/projects/shop/invitations', asked)
  return body.link.split('#')[1]
}

/** Somebody who accepted an invitation with a password. */
async function joined(name: string, role: string, project = 'shop'): Promise<TestBrowser> {
  const browser = new TestBrowser(server.url)
  const token = (await asBoss(`/api/v1/projects/${project}/invitations`, { role })).body.link.split('#')[1]
  await browser.go('/api/v1/invitations/look', { token })
  const made = await browser.go('/api/auth/sign-up/email', {
    name,
    email: `${name}@example.com`,
    password: 'correct horse',
  })
  expect(made.status).toBe(200)
  expect((await browser.go('/api/v1/invitations/accept', { token })).body).toEqual({ project, role })
  return browser
}

test('an account is made by invitation only, for the e-mail it is for, and once', async () => {
  const stranger = new TestBrowser(server.url)
  const mia = { name: 'Mia', email: 'mia@example.com', password: 'correct horse' }
  const refused = await stranger.go('/api/auth/sign-up/email', mia)
  expect([refused.status, refused.body.error.message]).toEqual([403, expect.stringContaining('by invitation')])
  const token = await invite({ role: 'release-manager', email: 'Mia@Example.com' })
  expect(server.mails.at(-1)).toMatchObject({ to: 'Mia@Example.com', text: expect.stringContaining(token) })
  const looked = await stranger.go('/api/v1/invitations/look', { token })
  expect(looked.body).toMatchObject({ project: 'shop', role: 'release-manager', invitedBy: 'boss', lapse: null })
  const another = await stranger.go('/api/auth/sign-up/email', { ...mia, email: 'eve@example.com' })
  expect([another.status, another.body.error.message]).toEqual([403, 'the invitation is for mia@example.com'])
  expect((await stranger.go('/api/auth/sign-up/email', { ...mia, password: 'short' })).status).toBe(400)
  expect((await stranger.go('/api/auth/sign-up/email', mia)).status).toBe(200)
  expect((await stranger.go('/api/v1/projects/shop/people')).status).toBe(404)
  expect((await stranger.go('/api/v1/invitations/accept', { token })).status).toBe(200)
  const { people } = (await stranger.go('/api/v1/projects/shop/people')).body
  expect(people).toContainEqual(expect.objectContaining({ name: 'Mia', role: 'release-manager' }))
  expect((await stranger.go('/api/v1/invitations/accept', { token })).body.error.code).toBe('INVITATION_LAPSED')
  const eve = await server.person('eve', {})
  const bound = await invite({ role: 'viewer', email: 'zoe@example.com' })
  const asEve = await new TestBrowser(server.url).go(
    '/api/v1/invitations/accept',
    { token: bound },
    { authorization: `Bearer ${eve.token}` },
  )
  expect(asEve.body.error.code).toBe('INVITATION_FOR_ANOTHER')
})

test('a revoked invitation lets nobody in', async () => {
  const made = await asBoss('/api/v1/projects/shop/invitations', { role: 'viewer' })
  const { id } = made.body.invitation
  expect((await asBoss(`/api/v1/projects/blog/invitations/${id}/revoke`, {})).status).toBe(404)
  expect((await asBoss(`/api/v1/projects/shop/invitations/${id}/revoke`, {})).status).toBe(200)
  const token = made.body.link.split('#')[1]
  const looked = await new TestBrowser(server.url).go('/api/v1/invitations/look', { token })
  expect(looked.body.error.code).toBe('INVITATION_UNKNOWN')
})

test('the right password signs in, a wrong one and an unknown e-mail are refused alike', async () => {
  await joined('pia', 'viewer')
  const browser = new TestBrowser(server.url)
  const sign = (email: string, password: string) => browser.go('/api/auth/sign-in/email', { email, password })
  const [wrong, unknown] = [await sign('pia@example.com', 'wrong horse'), await sign('no@example.com', 'wrong horse')]
  expect([wrong.status, wrong.body.error.code]).toEqual([401, 'SIGN_IN_REFUSED'])
  expect(unknown.body.error.message).toBe(wrong.body.error.message)
  expect((await sign('PIA@example.com', 'correct horse')).status).toBe(200)
  expect((await browser.go('/api/v1/sessions')).body.sessions).toContainEqual(
    expect.objectContaining({ person: 'pia', isThis: true, kind: 'browser' }),
  )
  const rows = (await server.ledger()).map(({ actor, action, subject }) => [actor, action, subject])
  expect(rows).toContainEqual(['pia@example.com', 'sign-in.refused', 'a password'])
  expect(rows).toContainEqual(['pia', 'sign-in.done', 'a password'])
})

test('the database holds no secret of a session, and a cookie of another signature is none', async () => {
  const browser = await joined('kim', 'viewer')
  const secret = browser.cookies.get('gantry_session')?.split('.')[0] ?? ''
  expect(await server.access.callerOf(secret, 'shop')).toMatchObject({ name: 'kim', role: 'viewer' })
  const held = await server.store.access.sessions(new Date().toISOString())
  expect(JSON.stringify(held)).not.toContain(secret)
  browser.cookies.set('gantry_session', `${secret}.${'x'.repeat(43)}%3D`)
  expect((await browser.go('/api/auth/list-accounts')).status).toBe(401)
})

test('ten wrong tries lock an e-mail from everywhere, while its person still signs in by a link', async () => {
  await joined('lea', 'viewer')
  const proxied = await startAccessServer({ trustedProxies: ['127.0.0.1'] })
  try {
    const browser = new TestBrowser(proxied.url)
    const tried = []
    for (let from = 1; from <= 12; from++)
      tried.push(
        (
          await browser.go(
            '/api/auth/sign-in/email',
            { email: 'lea@example.com', password: 'wrong horse' },
            { 'x-forwarded-for': `203.0.113.${from}` },
          )
        ).status,
      )
    expect(tried).toEqual([...Array(10).fill(401), 429, 429])
    await proxied.person('lea', {})
    const link = await proxied.access.newSignInLink('lea')
    expect((await browser.go('/api/v1/sign-in', { token: link })).status).toBe(200)
  } finally {
    await proxied.stop()
  }
})

test('a second factor is asked for after the password, and a recovery code works once', async () => {
  const browser = await joined('max', 'viewer')
  const enabled = (await browser.go('/api/auth/two-factor/enable', { password: 'correct horse' })).body
  const secret = new URL(enabled.totpURI).searchParams.get('secret') ?? ''
  expect((await browser.go('/api/auth/two-factor/verify-totp', { code: totp(secret) })).status).toBe(200)
  expect((await browser.go('/api/v1/me/profile')).body.hasSecondFactor).toBe(true)
  const again = new TestBrowser(server.url)
  const first = await again.go('/api/auth/sign-in/email', { email: 'max@example.com', password: 'correct horse' })
  expect(first.body).toMatchObject({ twoFactorRedirect: true })
  expect((await again.go('/api/v1/sessions')).status).toBe(401)
  expect((await again.go('/api/auth/two-factor/verify-totp', { code: '000000' })).status).toBe(401)
  expect((await again.go('/api/auth/two-factor/verify-totp', { code: totp(secret) })).status).toBe(200)
  expect((await again.go('/api/v1/sessions')).status).toBe(200)
  const [code] = enabled.backupCodes
  for (const status of [200, 401]) {
    const lost = new TestBrowser(server.url)
    await lost.go('/api/auth/sign-in/email', { email: 'max@example.com', password: 'correct horse' })
    expect((await lost.go('/api/auth/two-factor/verify-backup-code', { code })).status).toBe(status)
  }
})

test('an owner who came by a link adds an e-mail and a password, and changes it with the old one', async () => {
  await server.store.access.savePerson({ id: 'laptop', name: 'Ana', email: null, isServerOwner: true })
  const browser = new TestBrowser(server.url)
  await browser.go('/api/v1/sign-in', { token: await server.access.newSignInLink('laptop') })
  const early = await browser.go('/api/auth/set-password', { newPassword: 'first horse' })
  expect(early.body.error.message).toContain('needs an e-mail')
  expect((await browser.go('/api/v1/me/profile', { name: 'Ana', email: 'boss@example.com' })).body.error.code).toBe(
    'EMAIL_TAKEN',
  )
  expect((await browser.go('/api/v1/me/profile', { name: 'Ana B', email: 'Ana@example.com' })).status).toBe(200)
  expect((await browser.go('/api/auth/set-password', { newPassword: 'first horse' })).status).toBe(200)
  expect((await browser.go('/api/auth/set-password', { newPassword: 'other horse' })).status).toBe(400)
  const change = (currentPassword: string) =>
    browser.go('/api/auth/change-password', { currentPassword, newPassword: 'third horse' })
  expect((await change('wrong horse')).body.error.code).toBe('PASSWORD_WRONG')
  expect((await change('first horse')).status).toBe(200)
  const signed = await new TestBrowser(server.url).go('/api/auth/sign-in/email', {
    email: 'ana@example.com',
    password: 'third horse',
  })
  expect(signed.status).toBe(200)
})

test('a command signs in by a code that its person approves, once, and only they', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
  const asked = (await new TestBrowser(server.url).go('/api/auth/device/code', { client_id: 'gantry' })).body
  expect(asked.verification_uri_complete).toContain(`/device?user_code=${asked.user_code}`)
  const poll = () =>
    new TestBrowser(server.url).go(
      '/api/auth/device/token',
      {
        grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
        device_code: asked.device_code,
        client_id: 'gantry',
      },
      { 'user-agent': 'gantry on laptop' },
    )
  expect((await poll()).body).toMatchObject({ error: 'authorization_pending' })
  expect((await poll()).body).toMatchObject({ error: 'slow_down' })
  const browser = await joined('dev', 'developer')
  const other = await joined('odd', 'developer')
  expect((await new TestBrowser(server.url).go('/api/auth/device/approve', { userCode: asked.user_code })).status).toBe(
    401,
  )
  expect((await browser.go(`/api/auth/device?user_code=${asked.user_code}`)).body).toMatchObject({ status: 'pending' })
  expect((await other.go('/api/auth/device/approve', { userCode: asked.user_code })).status).toBe(403)
  expect((await browser.go('/api/auth/device/approve', { userCode: asked.user_code })).status).toBe(200)
  vi.setSystemTime(Date.now() + 3_000)
  const { access_token: token } = (await poll()).body
  expect(await server.access.callerOf(token, 'shop')).toMatchObject({ kind: 'person', name: 'dev', role: 'developer' })
  expect((await poll()).body.error).toBe('invalid_grant')
  const { sessions } = (await browser.go('/api/v1/sessions')).body
  const ofCommand = sessions.find((one: { kind: string }) => one.kind === 'command')
  expect(ofCommand).toMatchObject({ agent: 'gantry on laptop', person: 'dev' })
  expect((await other.go(`/api/v1/sessions/${ofCommand.id}/end`, {})).status).toBe(404)
  expect((await browser.go(`/api/v1/sessions/${ofCommand.id}/end`, {})).status).toBe(200)
  expect(await server.access.callerOf(token, 'shop')).toBeNull()
})
