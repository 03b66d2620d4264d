import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AccessServer, startAccessServer, TestBrowser } from '../testing/access-server.ts'
import { type SoftPasskey, softPasskey } from '../testing/soft-passkey.ts'

/** What a stranger, or somebody who got hold of a session, tries. */
let server: AccessServer
let boss: { token: string }
beforeAll(async () => {
  server = await startAccessServer({ trustedProxies: ['127.0.0.1'] })
  boss = await server.person('boss', { shop: 'owner' }, true)
})
afterAll(() => server.stop())

const password = 'correct horse'
const as = (token: string) => (path: string, body?: unknown) =>
  new TestBrowser(server.url).go(path, body, { authorization: `Bearer ${token}` })
const asBoss = (path: string, body?: unknown) => as(boss.token)(path, body)

/** A browser that opened the link of an invitation. */
async function invited(asked: object = { role: 'viewer' }): Promise<{ browser: TestBrowser; token: string }> {
  const browser = new TestBrowser(server.url)
  const { body } = await asBoss('/api/v1/projects/shop/invitations', asked)
  const token: string = body.link.split('#')[1]
  await browser.go('/api/v1/invitations/look', { token })
  return { browser, token }
}
const signUp = (browser: TestBrowser, name: string, email = `${name}@example.com`) =>
  browser.go('/api/auth/sign-up/email', { name, email, password })
const signIn = (browser: TestBrowser, email: string, tried = password) =>
  browser.go('/api/auth/sign-in/email', { email, password: tried })

async function joined(name: string): Promise<TestBrowser> {
  const { browser, token } = await invited()
  expect((await signUp(browser, name)).status).toBe(200)
  expect((await browser.go('/api/v1/invitations/accept', { token })).status).toBe(200)
  return browser
}
const profile = (browser: TestBrowser, name: string, email: string, given?: string) =>
  browser.go('/api/v1/me/profile', { name, email, ...(given && { password: given }) })
const codeOf = ({ status, body }: { status: number; body: { error?: { code: string } } }) => [status, body.error?.code]

test('one invitation makes one account, also of two that are begun at once, and then is for that one alone', async () => {
  const { browser, token } = await invited()
  const other = new TestBrowser(server.url)
  await other.go('/api/v1/invitations/look', { token })
  const made = await Promise.all([signUp(browser, 'one'), signUp(other, 'two')])
  expect(made.map(({ status }) => status).sort()).toEqual([200, 403])
  const [first, name] = made[0].status === 200 ? [browser, 'one'] : [other, 'two']
  expect((await signUp(new TestBrowser(server.url), 'three')).status).toBe(403)
  const known = await server.person('known', {})
  expect(codeOf(await as(known.token)('/api/v1/invitations/accept', { token }))).toEqual([410, 'INVITATION_LAPSED'])
  expect((await first.go('/api/v1/invitations/accept', { token })).status).toBe(200)
  expect([...first.cookies.keys()].sort()).toEqual(['gantry_known', 'gantry_session'])
  const { people } = (await asBoss('/api/v1/projects/shop/people')).body
  expect(people.filter((one: { name: string }) => ['one', 'two', 'known'].includes(one.name))).toMatchObject([{ name }])
})

test('whoever has no invitation is not told which accounts there are', async () => {
  const stranger = new TestBrowser(server.url)
  const [known, unknown] = [await signUp(stranger, 'x', 'boss@example.com'), await signUp(stranger, 'x')]
  expect(codeOf(known)).toEqual([403, 'FORBIDDEN'])
  expect(known.body.error.message).toBe(unknown.body.error.message)
  const { browser } = await invited()
  expect(codeOf(await signUp(browser, 'x', 'Boss@example.com'))).toEqual([409, 'EMAIL_TAKEN'])
})

test('an e-mail that somebody has or had is claimed by nobody else, neither with a new account nor in a profile', async () => {
  const [pat, eve] = [await joined('pat'), await joined('eve')]
  expect((await profile(pat, 'pat', 'Pat@new.example', password)).status).toBe(200)
  for (const email of ['pat@example.com', 'PAT@new.example']) {
    expect(codeOf(await profile(eve, 'eve', email, password))).toEqual([409, 'EMAIL_TAKEN'])
    const { browser } = await invited()
    expect(codeOf(await signUp(browser, 'mallory', email))).toEqual([409, 'EMAIL_TAKEN'])
  }
  expect((await profile(pat, 'pat', 'pat@example.com', password)).status).toBe(200)
})

test('another e-mail takes the present password, where there is none a sign-in of just now, and is written down', async () => {
  const kim = await joined('kim')
  expect((await profile(kim, 'Kim', 'kim@example.com')).status).toBe(200)
  for (const given of [undefined, 'wrong horse'])
    expect(codeOf(await profile(kim, 'Kim', 'kim@other.example', given))).toEqual([403, 'PASSWORD_WRONG'])
  expect((await profile(kim, 'Kim', 'kim@other.example', password)).status).toBe(200)
  expect((await signIn(new TestBrowser(server.url), 'kim@other.example')).status).toBe(200)
  const { actor, action, evidence } = (await server.ledger()).findLast(row => row.action === 'person.changed') ?? {}
  expect({ actor, action, evidence }).toMatchObject({
    ...{ actor: 'Kim', action: 'person.changed' },
    evidence: { before: { email: 'kim@example.com' }, after: { email: 'kim@other.example' } },
  })
  const { token } = await server.person('keyless', {})
  const change = (email: string) => as(token)('/api/v1/me/profile', { name: 'keyless', email })
  expect((await change('keyless@other.example')).status).toBe(200)
  await server.age('keyless', 11 * 60_000)
  expect(codeOf(await change('keyless@third.example'))).toEqual([403, 'SIGN_IN_TOO_OLD'])
})

test('a sign-in makes a session of its own: what a browser held before signs nobody in', async () => {
  await joined('fay')
  const browser = new TestBrowser(server.url)
  browser.cookies.set('gantry_session', 'planted.planted')
  expect((await signIn(browser, 'fay@example.com')).status).toBe(200)
  const secret = browser.cookies.get('gantry_session')?.split('.')[0] ?? ''
  expect(await server.access.callerOf(secret, null)).toMatchObject({ name: 'fay' })
  expect(await server.access.callerOf('planted', null)).toBeNull()
  await signIn(browser, 'fay@example.com')
  expect(browser.cookies.get('gantry_session')).not.toContain(secret)
})

test('a page of another origin, or of none, changes nothing, whatever route of sign-in it calls', async () => {
  const browser = await joined('ori')
  const changing = server.app
    .declaredRoutes()
    .filter(({ method, url }) => method === 'POST' && !/device\/(code|token)$/.test(url))
  expect(changing.length).toBeGreaterThan(30)
  for (const { url } of changing) {
    const path = url.replace(':project', 'shop').replaceAll(/:\w+/g, 'x')
    for (const origin of ['https://evil.example', 'http://127.0.0.1:1', 'null']) {
      const { status, body } = await browser.go(path, url.endsWith('/look') ? { token: 'x' } : {}, { origin })
      const isPage = url === '/sign-in'
      expect([url, origin, status, isPage || body.error.code]).toEqual([url, origin, 403, isPage || 'FORBIDDEN'])
    }
  }
})

test('a token of one project opens nothing of another, and nothing that is about people or the server', async () => {
  const scopes = ['read', 'run', 'release', 'respond', 'ingest', 'deploy:x', 'rollback:x']
  const made = await asBoss('/api/v1/projects/shop/tokens', { name: 'all of it', scopes })
  const headers = { authorization: `Bearer ${made.body.token}` }
  const asked = async (url: string, method: string) =>
    (await new TestBrowser(server.url).go(url.replaceAll(/:\w+/g, 'x'), method === 'POST' ? {} : undefined, headers))
      .status
  expect(await asked('/api/v1/projects/shop/people', 'GET')).toBe(200)
  for (const { url, method, access } of server.app.declaredRoutes().filter(({ method }) => /GET|POST/.test(method))) {
    if (access.kind === 'act') expect([url, await asked(url.replace(':project', 'blog'), method)]).toEqual([url, 404])
    if (access.kind === 'oneself' || access.kind === 'server-owner')
      expect([url, await asked(url, method)]).toEqual([url, 403])
  }
})

test('no sign-in leads to a page of somebody else', async () => {
  const places = [
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    'javascript:alert(1)',
    '/%2f/evil.example',
  ]
  const browser = await joined('red')
  for (const place of places)
    for (const [path, body] of [
      ['/api/auth/sign-in/email', { email: 'red@example.com', password, callbackURL: place }],
      ['/api/auth/sign-in/social', { provider: 'oidc', callbackURL: place }],
      ['/api/auth/sign-in/social', { provider: 'oidc', callbackURL: '/', errorCallbackURL: place }],
      ['/api/auth/link-social', { provider: 'oidc', callbackURL: place }],
    ] as const) {
      const { status, location } = await browser.go(path, body)
      expect([path, place, status, location]).toEqual([path, place, 403, null])
    }
})

test('a stranger who guesses all day locks no browser out that was signed in before', async () => {
  const own = await joined('owl')
  for (let guess = 0; guess < 11; guess++) await signIn(new TestBrowser(server.url), 'owl@example.com', 'guessed horse')
  expect(codeOf(await signIn(new TestBrowser(server.url), 'owl@example.com'))).toEqual([429, 'TOO_MANY_SIGN_INS'])
  own.cookies.delete('gantry_session')
  expect((await signIn(own, 'owl@example.com', 'mistyped horse')).status).toBe(401)
  expect((await signIn(own, 'owl@example.com')).status).toBe(200)
  const forged = new TestBrowser(server.url)
  const other = (letter: string) => (letter === 'A' ? 'B' : 'A')
  forged.cookies.set('gantry_known', own.cookies.get('gantry_known')?.replace(/^./, other) ?? '')
  expect((await signIn(forged, 'owl@example.com')).status).toBe(429)
  const elsewhere = await joined('out')
  expect((await signIn(elsewhere, 'owl@example.com')).status).toBe(429)
})

test('sign-ins that one address begins without end are stopped', async () => {
  const browser = new TestBrowser(server.url)
  const begun = []
  for (let time = 0; time <= 60; time++) begun.push(await browser.go('/api/auth/device/code', { client_id: 'gantry' }))
  expect(begun.slice(0, 60).every(({ status }) => status === 200)).toBe(true)
  expect(codeOf(begun[60] ?? { status: 0, body: {} })).toEqual([429, 'TOO_MANY_SIGN_INS'])
})

test('a session that ended takes its links and approved codes with it', async () => {
  const thief = await joined('own')
  const { url } = (await thief.go('/api/v1/sign-in-links', {})).body
  const link = new URL(url).searchParams.get('link')
  const asked = (await new TestBrowser(server.url).go('/api/auth/device/code', { client_id: 'gantry' })).body
  await thief.go(`/api/auth/device?user_code=${asked.user_code}`)
  expect((await thief.go('/api/auth/device/approve', { userCode: asked.user_code })).status).toBe(200)
  const own = new TestBrowser(server.url)
  await signIn(own, 'own@example.com')
  expect((await own.go('/api/v1/sessions/end-others', {})).body).toEqual({ ended: 1 })
  const late = new TestBrowser(server.url)
  const refused = await late.go('/api/v1/sign-in', { token: link })
  expect([refused.status, refused.body.error.message]).toEqual([401, expect.stringContaining('has signed out since')])
  expect((await late.go(`/sign-in?link=${link}`)).body).toContain('works no more')
  const grant = 'urn:ietf:params:oauth:grant-type:device_code'
  const polled = { grant_type: grant, device_code: asked.device_code, client_id: 'gantry' }
  expect((await late.go('/api/auth/device/token', polled)).body.error).toBe('invalid_grant')
})

test('another password ends the other sessions, and tells the pages that they have open', async () => {
  const [here, there] = [await joined('pip'), new TestBrowser(server.url)]
  await signIn(there, 'pip@example.com')
  const told: string[] = []
  const unhear = server.live.listen({
    hear: ({ event }) => void (event.topic === 'access' && told.push(event.key)),
    onGap: () => undefined,
  })
  const change = { currentPassword: password, newPassword: 'another horse', revokeOtherSessions: true }
  expect(codeOf(await here.go('/api/auth/change-password', { ...change, currentPassword: 'x' }))).toEqual([
    403,
    'PASSWORD_WRONG',
  ])
  expect((await here.go('/api/auth/change-password', change)).status).toBe(200)
  unhear()
  const { id } = (await here.go('/api/v1/me/profile')).body
  expect(told).toContain(id)
  expect([(await here.go('/api/v1/sessions')).status, (await there.go('/api/v1/sessions')).status]).toEqual([200, 401])
})

test('a passkey signs in alone only with a PIN or finger, and only as whom it is', async () => {
  const browser = await joined('key')
  const { origin } = new URL(server.url)
  const [passkey, weak] = [softPasskey(origin), softPasskey(origin)]
  const register = async (one: SoftPasskey, isVerified: boolean) => {
    const options = (await browser.go('/api/auth/passkey/generate-register-options')).body
    expect(options.authenticatorSelection).toMatchObject({ residentKey: 'required', userVerification: 'required' })
    const response = one.register(options, { isVerified })
    return (await browser.go('/api/auth/passkey/verify-registration', { response, name: 'Laptop' })).status
  }
  expect([await register(weak, false), await register(passkey, true)]).toEqual([403, 200])
  const signInBy = async (one: SoftPasskey, isVerified: boolean) => {
    const fresh = new TestBrowser(server.url)
    const options = (await fresh.go('/api/auth/passkey/generate-authenticate-options')).body
    const response = one.authenticate(options, { isVerified })
    const answer = await fresh.go('/api/auth/passkey/verify-authentication', { response })
    return [answer.status, (await fresh.go('/api/v1/me/profile')).body.name]
  }
  expect(await signInBy(passkey, true)).toEqual([200, 'key'])
  expect(await signInBy(passkey, false)).toEqual([403, undefined])
  expect(await signInBy(weak, true)).toEqual([401, undefined])
})

test('a link for a lost password takes the password away, ends all sessions, and lets another be set; nobody resets their own', async () => {
  const browser = await joined('lou')
  const { id } = (await browser.go('/api/v1/me/profile')).body
  expect((await browser.go(`/api/v1/people/${id}/sign-in-link`, {})).status).toBe(403)
  for (const path of ['request-password-reset', 'forget-password', 'reset-password', 'change-email', 'update-user'])
    expect((await browser.go(`/api/auth/${path}`, { email: 'lou@example.com' })).status).toBe(404)
  const { url } = (await asBoss(`/api/v1/people/${id}/sign-in-link`, {})).body
  const found = new TestBrowser(server.url)
  await found.go('/api/v1/sign-in', { token: url })
  expect((await browser.go('/api/v1/sessions')).status).toBe(401)
  expect((await signIn(new TestBrowser(server.url), 'lou@example.com')).status).toBe(401)
  expect((await found.go('/api/v1/me/profile')).body).toMatchObject({ name: 'lou', hasPassword: false })
  expect((await found.go('/api/auth/set-password', { newPassword: 'found horse' })).status).toBe(200)
  expect((await signIn(new TestBrowser(server.url), 'lou@example.com', 'found horse')).status).toBe(200)
  const rows = (await server.ledger()).map(({ actor, subject }) => [actor, subject])
  expect(rows).toContainEqual(['lou', 'a lost password was taken away'])
})
