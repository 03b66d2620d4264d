import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Access } from '../access/access.ts'
import { personCaller } from '../access/caller.ts'
import { createSignInLimit } from '../access/sign-in-limit.ts'
import { memoryTries } from '../testing/memory-tries.ts'
import { createApp } from './app.ts'
import { type Names, ownAddresses } from './own-addresses.ts'
import { apiOf } from './route.ts'
import { signInRoutes } from './sign-in.ts'
import { createSignInWatch } from './sign-in-watch.ts'

const ana = { id: 'ana', name: 'Ana', email: null, isServerOwner: true } as const
let app: FastifyInstance
let links: Map<string, 'good' | 'used' | 'old'>
let sessions: Set<string>

async function serve(names: Partial<Names> = {}, trustedProxies: string[] = []): Promise<void> {
  links = new Map([
    ['good', 'good'],
    ['used', 'used'],
    ['old', 'old'],
  ])
  sessions = new Set()
  const access = {
    callerOf: async secret => (sessions.has(secret) ? personCaller(ana, secret, null) : null),
    lookAtLink: async link => links.get(link) ?? 'unknown',
    async endSession(id) {
      sessions.delete(id)
      return null
    },
  } satisfies Partial<Access> as unknown as Access
  const all = { publicUrl: null, host: '127.0.0.1', hosts: [], ...names }
  app = await createApp({ access, logLevel: 'silent', names: all, trustedProxies })
  const ledger = { write: async () => undefined, accessChanged: () => undefined }
  const watch = createSignInWatch({
    access,
    ledger,
    limit: createSignInLimit(memoryTries()),
    known: { nameOf: () => null },
  })
  signInRoutes(apiOf(app), {
    access,
    ledger,
    watch,
    signIns: { handle: byLink, seal: text => text },
    addresses: ownAddresses(all),
  })
}

/** What better-auth answers to a link, see own-endpoints.ts. */
async function byLink(request: Request): Promise<Response> {
  const { link } = (await request.json()) as { link: string }
  if (links.get(link) !== 'good') return new Response('{}', { status: 401 })
  links.set(link, 'used')
  sessions.add('s')
  const cookie = `gantry_session=s; Path=/; HttpOnly; SameSite=Lax${request.url.startsWith('https:') ? '; Secure' : ''}`
  const headers = { 'content-type': 'application/json', 'set-cookie': cookie }
  return new Response(JSON.stringify({ id: ana.id, name: ana.name, isPasswordGone: false }), { headers })
}
beforeEach(() => serve())
afterEach(() => app.close())

const look = (link: string, cookies = {}) => app.inject({ url: `/sign-in?link=${link}`, cookies })
const submit = (link: string, headers: Record<string, string> = {}) =>
  app.inject({
    method: 'POST',
    url: '/sign-in',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload: new URLSearchParams({ link }).toString(),
  })
const paste = (token: string, headers: Record<string, string> = {}) =>
  app.inject({ method: 'POST', url: '/api/v1/sign-in', headers, payload: { token } })

test('looking at a link, as programs that preview links do, does not use it; its button does', async () => {
  for (const method of ['GET', 'HEAD', 'GET'] as const) {
    const page = await app.inject({ method, url: '/sign-in?link=good' })
    expect([page.statusCode, page.headers['set-cookie']]).toEqual([200, undefined])
  }
  expect((await look('good')).body).toContain('<form method="post" action="/sign-in">')
  const signedIn = await submit('good')
  expect([signedIn.statusCode, signedIn.headers.location]).toEqual([303, '/'])
  expect(signedIn.headers['set-cookie']).toMatch(/^gantry_session=s; .*HttpOnly; SameSite=Lax$/)
})

test('whoever types the address without a link gets to where people sign in', async () => {
  for (const url of ['/sign-in', '/sign-in?link=', '/sign-in?next=//evil.example']) {
    const { statusCode, headers } = await app.inject({ url })
    expect([url, statusCode, headers.location]).toEqual([url, 303, '/'])
  }
})

test.each([
  ['used', 'This link was used already'],
  ['old', 'This link is too old'],
  ['guess', 'This is no sign-in link of this server'],
])('a link that is %s says so, and how to get another one', async (link, words) => {
  const page = await look(link)
  for (const text of [words, 'gantry sign-in']) expect(page.body).toContain(text)
  const tried = await submit(link)
  expect([tried.statusCode, tried.headers['set-cookie']]).toEqual([401, undefined])
  expect(tried.body).toContain(words)
  const pasted = await paste(`http://127.0.0.1:4400/sign-in?link=${link}`)
  expect(pasted.json()).toMatchObject({
    error: { code: 'UNAUTHENTICATED', message: expect.stringContaining('gantry sign-in') },
  })
})

test('a used link leads whoever is signed in onward', async () => {
  await submit('good')
  expect((await look('good', { gantry_session: 's' })).body).toContain('You are signed in as Ana. <a href="/">')
})

test('what stands in a link is text on the page, never markup', async () => {
  links.set('"><script>', 'good')
  const { body } = await look(encodeURIComponent('"><script>'))
  expect(body).toContain('value="&quot;&gt;&lt;script&gt;"')
  expect(body).not.toContain('<script')
})

test('signing out ends the session and takes the cookie away', async () => {
  await submit('good')
  const signOut = (cookies: Record<string, string>) =>
    app.inject({ method: 'POST', url: '/api/v1/sign-out', cookies, payload: {} })
  const out = await signOut({ gantry_session: 's' })
  expect([out.statusCode, out.headers['set-cookie']]).toEqual([
    200,
    expect.stringMatching(/^gantry_session=; .*Expires=Thu, 01 Jan 1970/),
  ])
  expect(sessions.size).toBe(0)
  expect((await signOut({ gantry_session: 's' })).statusCode).toBe(401)
})

test('wrong sign-ins of one address are stopped after ten, also sixty at once; right ones do not count', async () => {
  for (let n = 0; n < 15; n++) {
    links.set('good', 'good')
    expect((await submit('good')).statusCode).toBe(303)
  }
  const tried = await Promise.all(Array.from({ length: 60 }, (_, n) => (n % 2 ? paste('guess') : submit('guess'))))
  const counted = tried.map(({ statusCode }) => statusCode)
  expect([counted.filter(status => status === 401).length, counted.filter(status => status === 429).length]).toEqual([
    10, 50,
  ])
  links.set('good', 'good')
  const refused = await paste('good')
  expect(refused.json()).toMatchObject({ error: { code: 'TOO_MANY_SIGN_INS' } })
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(500)
  expect((await submit('good')).body).toContain('the next may be tried in')
  const elsewhere = {
    method: 'POST',
    url: '/api/v1/sign-in',
    payload: { token: 'good' },
    remoteAddress: '10.1.1.1',
  } as const
  expect((await app.inject(elsewhere)).statusCode).toBe(200)
})

test('a page of another origin signs nobody in', async () => {
  for (const origin of ['https://evil.example', 'null', 'http://localhost:3000', 'http://localhost'])
    expect([origin, (await submit('good', { origin, host: 'localhost:4400' })).statusCode]).toEqual([origin, 403])
  expect((await submit('good', { origin: 'http://localhost:4400', host: 'localhost:4400' })).statusCode).toBe(303)
})

test('behind TLS the cookie is Secure and browsers are told to stay there; on this machine it is neither', async () => {
  await app.close()
  await serve({ publicUrl: 'https://gantry.example' }, ['127.0.0.1'])
  const open = { host: 'gantry.example', origin: 'https://gantry.example' }
  const behind = await submit('good', open)
  expect(behind.headers['set-cookie']).toMatch(/; Secure/)
  expect(behind.headers['strict-transport-security']).toBe('max-age=31536000')
  links.set('good', 'good')
  const rewritten = { host: '127.0.0.1:4400', origin: 'https://gantry.example', 'x-forwarded-proto': 'https' }
  expect((await submit('good', rewritten)).headers['set-cookie']).toMatch(/; Secure/)
  links.set('good', 'good')
  const near = await submit('good', { host: '127.0.0.1:4400' })
  expect(near.headers['set-cookie']).not.toMatch(/Secure/)
  expect(near.headers['strict-transport-security']).toBeUndefined()
})

test('behind a configured proxy wrong sign-ins are counted by whom it names, whatever the client says', async () => {
  await app.close()
  await serve({ publicUrl: 'https://gantry.example' }, ['127.0.0.0/8'])
  const from = (forwarded: string) => paste('guess', { host: 'gantry.example', 'x-forwarded-for': forwarded })
  for (let n = 0; n < 12; n++) await from(`${n}.${n}.${n}.${n}, 203.0.113.7`)
  expect((await from('8.8.8.8, 203.0.113.7')).statusCode).toBe(429)
  expect((await from('203.0.113.8')).statusCode).toBe(401)
})

test('what a proxy that is not configured says is not believed: neither who asks, nor TLS, nor another name', async () => {
  await app.close()
  await serve({ hosts: ['gantry.example'] }, ['10.0.0.0/8'])
  const forged = (n: number) => ({ 'x-forwarded-for': `203.0.113.${n}`, 'x-forwarded-proto': 'https' })
  const signed = await submit('good', forged(0))
  expect(signed.headers['set-cookie']).not.toMatch(/Secure/)
  expect(signed.headers['strict-transport-security']).toBeUndefined()
  const named = { host: 'evil.example', 'x-forwarded-host': 'gantry.example' }
  expect((await paste('guess', named)).json()).toMatchObject({ error: { code: 'HOST_UNKNOWN' } })
  for (let n = 1; n <= 10; n++) await paste('guess', forged(n))
  expect((await paste('guess', forged(11))).statusCode).toBe(429)
})

test('what a configured proxy says of TLS and of the name is believed', async () => {
  await app.close()
  await serve({ publicUrl: 'http://gantry.example' }, ['127.0.0.1'])
  const said = { host: 'inner:8080', 'x-forwarded-host': 'gantry.example', 'x-forwarded-proto': 'https' }
  const signed = await submit('good', said)
  expect(signed.statusCode).toBe(303)
  expect(signed.headers['strict-transport-security']).toBe('max-age=31536000')
})
