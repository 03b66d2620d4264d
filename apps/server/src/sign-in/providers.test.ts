import { createHash, randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AccessServer, startAccessServer, type TestAnswer, TestBrowser } from '../testing/access-server.ts'
import { readProviders } from './providers.ts'

/** A real OpenID provider from npm, and a GitHub that answers as its documentation says. */
let server: AccessServer
let boss: { token: string }
let identity: { url: string; stop(): void }
let github: Awaited<ReturnType<typeof startGitHub>>
/** Who the provider says signed in. */
let said = { email: 'mia@example.com', verified: true, name: 'Mia' }

beforeAll(async () => {
  identity = await startProvider()
  github = await startGitHub()
  server = await startAccessServer({
    trustedProxies: ['127.0.0.1'],
    env: {
      GANTRY_OIDC_ISSUER: identity.url,
      GANTRY_OIDC_CLIENT_ID: 'gantry',
      GANTRY_OIDC_CLIENT_SECRET: 'secret of gantry',
      GANTRY_OIDC_NAME: 'House',
      GANTRY_GITHUB_CLIENT_ID: 'gh',
      GANTRY_GITHUB_CLIENT_SECRET: 'secret of gh',
      GANTRY_GITHUB_URL: github.url,
    },
  })
  boss = await server.person('boss', { shop: 'owner' }, true)
})
afterAll(async () => {
  await server.stop()
  identity.stop()
  github.stop()
})

const asBoss = (path: string, body?: unknown) =>
  new TestBrowser(server.url).go(path, body, { authorization: `Bearer ${boss.token}` })

async function invited(): Promise<{ browser: TestBrowser; token: string }> {
  const browser = new TestBrowser(server.url)
  const token = (await asBoss('/api/v1/projects/shop/invitations', { role: 'viewer' })).body.link.split('#')[1]
  await browser.go('/api/v1/invitations/look', { token })
  return { browser, token }
}

const start = async (browser: TestBrowser, provider: string): Promise<URL> => {
  const { body } = await browser.go('/api/auth/sign-in/social', {
    provider,
    callbackURL: '/',
    errorCallbackURL: '/signed-in',
  })
  return new URL(body.url)
}

/** The way through the provider, up to the address it sends the browser back to. */
async function through(url: URL): Promise<URL> {
  const theirs = new TestBrowser(url.origin)
  let at = url
  for (let hop = 0; hop < 10; hop++) {
    const { location } = await theirs.go(at.href)
    if (!location) throw new Error(`${at.href} led nowhere`)
    at = new URL(location, url)
    if (at.origin !== url.origin) return at
  }
  throw new Error('it never led back')
}

const back = (browser: TestBrowser, url: URL): Promise<TestAnswer> => browser.go(url.pathname + url.search)
const isIn = async (browser: TestBrowser) => (await browser.go('/api/v1/sessions')).status === 200

test('the sign-in page is told of the providers that are configured', async () => {
  const { body } = await new TestBrowser(server.url).go('/api/v1/sign-in/ways')
  expect(body.providers).toEqual([
    { id: 'github', name: 'GitHub' },
    { id: 'oidc', name: 'House' },
  ])
})

test('whoever is invited makes an account at the OIDC provider, with state, nonce and PKCE, and signs in again', async () => {
  const { browser, token } = await invited()
  const url = await start(browser, 'oidc')
  for (const name of ['state', 'nonce', 'code_challenge']) expect(url.searchParams.get(name)).toMatch(/.{20}/)
  expect(url.searchParams.get('code_challenge_method')).toBe('S256')
  const returned = await back(browser, await through(url))
  expect([returned.status, new URL(returned.location ?? '', server.url).pathname]).toEqual([302, '/'])
  expect((await browser.go('/api/v1/invitations/accept', { token })).status).toBe(200)
  expect((await browser.go('/api/v1/projects/shop/people')).body.people).toContainEqual(
    expect.objectContaining({ name: 'Mia', email: 'mia@example.com', role: 'viewer' }),
  )
  const again = new TestBrowser(server.url)
  await back(again, await through(await start(again, 'oidc')))
  expect(await isIn(again)).toBe(true)
  expect((await server.ledger()).map(({ actor, action, subject }) => [actor, action, subject])).toContainEqual([
    'Mia',
    'sign-in.done',
    'a provider',
  ])
})

test('without an invitation a provider makes no account, and says why', async () => {
  said = { email: 'eve@example.com', verified: true, name: 'Eve' }
  const browser = new TestBrowser(server.url)
  const returned = await back(browser, await through(await start(browser, 'oidc')))
  expect(returned.location).toContain('/signed-in?error=invitation_needed')
  expect(await isIn(browser)).toBe(false)
  said = { email: 'mia@example.com', verified: true, name: 'Mia' }
})

test('a callback that was tampered with signs nobody in: state, code, another browser, a second time', async () => {
  const browser = new TestBrowser(server.url)
  const good = await through(await start(browser, 'oidc'))
  const changed = (name: string) => {
    const url = new URL(good)
    const value = url.searchParams.get(name) ?? ''
    url.searchParams.set(name, `${value.slice(0, -1)}${value.endsWith('a') ? 'b' : 'a'}`)
    return url
  }
  for (const url of [changed('state'), new URL('/api/auth/callback/oidc?code=x', server.url)]) {
    expect((await back(browser, url)).location).toMatch(/error=/)
    expect(await isIn(browser)).toBe(false)
  }
  const elsewhere = new TestBrowser(server.url)
  expect((await back(elsewhere, good)).location).toMatch(/error=/)
  expect(await isIn(elsewhere)).toBe(false)
  const fresh = new TestBrowser(server.url)
  const url = await through(await start(fresh, 'oidc'))
  const code = new URL(url)
  code.searchParams.set('code', 'another')
  expect((await back(fresh, code)).location).toMatch(/error=/)
  expect(await isIn(fresh)).toBe(false)
  const once = new TestBrowser(server.url)
  const used = await through(await start(once, 'oidc'))
  expect((await back(once, used)).location).not.toMatch(/error=/)
  const twice = new TestBrowser(server.url)
  for (const [name, value] of once.cookies) if (name !== 'gantry_session') twice.cookies.set(name, value)
  expect((await back(twice, used)).location).toMatch(/error=/)
  expect(await isIn(twice)).toBe(false)
})

test('an answer for another nonce, or without the PKCE verifier, is refused', async () => {
  const browser = new TestBrowser(server.url)
  const url = await start(browser, 'oidc')
  url.searchParams.set('nonce', 'of another sign-in')
  expect((await back(browser, await through(url))).location).toMatch(/error=/)
  const other = await start(browser, 'oidc')
  other.searchParams.set('code_challenge', createHash('sha256').update('another').digest('base64url'))
  expect((await back(browser, await through(other))).location).toMatch(/error=/)
  expect(await isIn(browser)).toBe(false)
})

test('an e-mail that an account has or had is not taken over by a provider, whether it was proven or not', async () => {
  await server.person('pat', { shop: 'owner' })
  const tryAs = async (email: string, verified: boolean) => {
    said = { email, verified, name: 'Not Pat' }
    const { browser } = await invited()
    const returned = await back(browser, await through(await start(browser, 'oidc')))
    expect(await isIn(browser)).toBe(false)
    return returned.location
  }
  for (const verified of [false, true])
    expect(await tryAs('Pat@example.com', verified)).toMatch(/error=account_not_linked/)
  await server.store.access.savePerson({ id: 'pat', name: 'pat', email: 'pat@new.example', isServerOwner: false })
  expect(await tryAs('pat@example.com', true)).toMatch(/error=email_taken/)
  // Proven here by the one provider, proven there by the other: still nobody said that both are one person.
  github.emails = [{ email: 'mia@example.com', primary: true, verified: true }]
  const browser = new TestBrowser(server.url)
  const returned = await back(browser, await through(await start(browser, 'github')))
  expect(returned.location).toMatch(/error=account_not_linked/)
  expect(await isIn(browser)).toBe(false)
  github.emails = octocat
})

test('GitHub signs in with the primary verified e-mail; what the profile says is not believed', async () => {
  const { browser, token } = await invited()
  const url = await start(browser, 'github')
  expect(url.searchParams.get('scope')).toBe('read:user user:email')
  const returned = await back(browser, await through(url))
  expect(returned.location).not.toMatch(/error=/)
  expect((await browser.go('/api/v1/invitations/accept', { token })).status).toBe(200)
  expect((await browser.go('/api/v1/me/profile')).body).toMatchObject({
    name: 'The Octocat',
    email: 'octo@example.com',
  })
  expect(github.asked).toContain('verifier fits')
  github.emails = [{ email: 'octo@example.com', primary: true, verified: false }]
  const again = new TestBrowser(server.url)
  expect((await back(again, await through(await start(again, 'github')))).location).toMatch(/error=/)
  expect(await isIn(again)).toBe(false)
})

test('an owner who has a password adds GitHub in the own profile, and takes it away again', async () => {
  github.emails = [{ email: 'another@example.com', primary: true, verified: true }]
  github.id = 99
  const browser = new TestBrowser(server.url)
  await server.store.access.savePerson({ id: 'lap', name: 'Ana', email: 'lap@example.com', isServerOwner: true })
  await browser.go('/api/v1/sign-in', { token: await server.access.newSignInLink('lap') })
  await browser.go('/api/auth/set-password', { newPassword: 'first horse' })
  const { body } = await browser.go('/api/auth/link-social', {
    provider: 'github',
    callbackURL: '/profile',
    errorCallbackURL: '/profile',
  })
  expect((await back(browser, await through(new URL(body.url)))).location).not.toMatch(/error=/)
  const accounts = async (): Promise<{ id: string; providerId: string }[]> =>
    (await browser.go('/api/auth/list-accounts')).body
  const ways = async () => (await accounts()).map(({ providerId }) => providerId).sort()
  expect(await ways()).toEqual(['credential', 'github'])
  const fresh = new TestBrowser(server.url)
  await back(fresh, await through(await start(fresh, 'github')))
  expect((await fresh.go('/api/v1/me/profile')).body.name).toBe('Ana')
  const added = (await accounts()).find(({ providerId }) => providerId === 'github')
  expect((await browser.go('/api/auth/unlink-account', { accountId: added?.id })).status).toBe(200)
  expect(await ways()).toEqual(['credential'])
  // Under its own name there: what that provider proves of the e-mail is nothing to the person who adds it.
  said = { email: 'elsewhere@example.com', verified: false, name: 'A' }
  const asked = { provider: 'oidc', callbackURL: '/profile', errorCallbackURL: '/profile' }
  const second = (await browser.go('/api/auth/link-social', asked)).body
  expect((await back(browser, await through(new URL(second.url)))).location).not.toMatch(/error=/)
  expect(await ways()).toEqual(['credential', 'oidc'])
  expect((await browser.go('/api/v1/me/profile')).body.email).toBe('lap@example.com')
  // The end of it in another browser adds nothing to whoever is signed in there.
  const other = new TestBrowser(server.url)
  await other.go('/api/v1/sign-in', { token: await server.access.newSignInLink('boss') })
  const third = (await browser.go('/api/auth/link-social', { ...asked, provider: 'github' })).body
  await back(other, await through(new URL(third.url)))
  expect((await other.go('/api/auth/list-accounts')).body).toEqual([])
})

test('half of a provider is refused when the environment is read', () => {
  expect(() => readProviders({ GANTRY_GITHUB_CLIENT_ID: 'x' })).toThrow(/GANTRY_GITHUB_CLIENT_SECRET/)
  expect(() => readProviders({ GANTRY_OIDC_ISSUER: 'https://id.example' })).toThrow(/go together/)
  expect(() =>
    readProviders({ GANTRY_OIDC_ISSUER: 'id.example', GANTRY_OIDC_CLIENT_ID: 'x', GANTRY_OIDC_CLIENT_SECRET: 'y' }),
  ).toThrow(/https/)
  expect(readProviders({})).toEqual({ github: null, oidc: null })
})

async function listening(http: Server): Promise<string> {
  await new Promise<void>(done => http.listen(0, '127.0.0.1', done))
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`
}

async function startProvider() {
  const http = createServer()
  const url = await listening(http)
  const provider = new Provider(url, {
    clients: [
      {
        client_id: 'gantry',
        client_secret: 'secret of gantry',
        token_endpoint_auth_method: 'client_secret_post',
        // The port of Gantry is not known yet: the check of the address is told below.
        redirect_uris: ['http://127.0.0.1/api/auth/callback/oidc'],
      },
    ],
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: false,
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: said.email, email_verified: said.verified, name: said.name }),
    }),
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ['k'] },
    jwks: undefined,
  })
  const { Client } = provider as unknown as { Client: { prototype: { redirectUriAllowed(uri: string): boolean } } }
  Client.prototype.redirectUriAllowed = uri => uri === `${server.url}/api/auth/callback/oidc`
  const callback = provider.callback()
  http.on('request', async (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return callback(request, response)
    // The person is asked nothing: they sign in and agree.
    const { prompt, params, session } = await provider.interactionDetails(request, response)
    const accountId = session?.accountId ?? said.email
    if (prompt.name === 'login') return provider.interactionFinished(request, response, { login: { accountId } })
    const grant = new provider.Grant({ accountId, clientId: String(params['client_id']) })
    grant.addOIDCScope('openid email profile')
    return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } })
  })
  return { url, stop: () => http.close() }
}

const octocat = [
  { email: 'old@example.com', primary: false, verified: true },
  { email: 'octo@example.com', primary: true, verified: true },
]

/** https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps#web-application-flow */
async function startGitHub() {
  const asked: string[] = []
  const codes = new Map<string, string>()
  const http = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://github')
    const json = (body: unknown, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (url.pathname === '/login/oauth/authorize') {
      const code = randomUUID()
      codes.set(code, url.searchParams.get('code_challenge') ?? '')
      const to = new URL(url.searchParams.get('redirect_uri') ?? '')
      to.searchParams.set('code', code)
      to.searchParams.set('state', url.searchParams.get('state') ?? '')
      return response.writeHead(302, { location: to.href }).end()
    }
    if (url.pathname === '/login/oauth/access_token') {
      let text = ''
      for await (const chunk of request) text += chunk
      const sent = new URLSearchParams(text)
      const challenge = codes.get(sent.get('code') ?? '')
      codes.delete(sent.get('code') ?? '')
      const fits =
        challenge ===
        createHash('sha256')
          .update(sent.get('code_verifier') ?? '')
          .digest('base64url')
      if (!fits || sent.get('client_secret') !== 'secret of gh') return json({ error: 'bad_verification_code' })
      asked.push('verifier fits')
      return json({ access_token: 'gho_x', scope: 'read:user,user:email', token_type: 'bearer' })
    }
    if (request.headers.authorization !== 'Bearer gho_x') return json({ message: 'Bad credentials' }, 401)
    if (url.pathname === '/api/v3/user')
      return json({ id: state.id, login: 'octocat', name: 'The Octocat', email: 'boss@example.com' })
    if (url.pathname === '/api/v3/user/emails') return json(state.emails)
    return json({ message: 'Not Found' }, 404)
  })
  const url = await listening(http)
  const state = {
    url,
    asked,
    id: 583_231,
    emails: octocat,
    stop: () => http.close(),
  }
  return state
}
