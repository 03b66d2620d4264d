import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Access } from '../access/access.ts'
import { createApp } from './app.ts'
import type { Names } from './own-addresses.ts'

const ana = { id: 'ana', name: 'Ana', role: 'owner' } as const
let app: FastifyInstance
let links: Map<string, 'good' | 'used' | 'old'>
let sessions: Set<string>

async function serve(names: Partial<Names> = {}): Promise<void> {
  links = new Map([
    ['good', 'good'],
    ['used', 'used'],
    ['old', 'old'],
  ])
  sessions = new Set()
  const access = {
    bySession: async session => (sessions.has(session) ? { kind: 'person', ...ana, person: ana } : null),
    byToken: async () => null,
    lookAtLink: async link => links.get(link) ?? 'unknown',
    async signIn(link) {
      if (links.get(link) !== 'good') return null
      links.set(link, 'used')
      sessions.add('s')
      return { session: 's', person: ana }
    },
    signOut: async session => void sessions.delete(session),
  } satisfies Partial<Access> as unknown as Access
  app = await createApp({
    access,
    logLevel: 'silent',
    names: { publicUrl: null, host: '127.0.0.1', hosts: [], ...names },
  })
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
  await serve({ publicUrl: 'https://gantry.example' })
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

test('behind a proxy wrong sign-ins are counted by whom the proxy names, whatever the client says', async () => {
  await app.close()
  await serve({ publicUrl: 'https://gantry.example' })
  const from = (forwarded: string) => paste('guess', { host: 'gantry.example', 'x-forwarded-for': forwarded })
  for (let n = 0; n < 12; n++) await from(`${n}.${n}.${n}.${n}, 203.0.113.7`)
  expect((await from('8.8.8.8, 203.0.113.7')).statusCode).toBe(429)
  expect((await from('203.0.113.8')).statusCode).toBe(401)
})
