import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { tempFolder } from '../testing/test-host.ts'
import { refusal, testServer } from '../testing/test-server.ts'
import { apiAt } from './api.ts'
import { listIn, nothing, query, textIn, texts } from './read.ts'
import { homeFolder, isLoopback, serverAddress } from './server-address.ts'

describe('asking', () => {
  it('sends the token and the body, and reads the answer', async () => {
    const server = await testServer({ 'POST /api/v1/sign-in-links': () => ({ url: 'http://x' }) })
    const api = apiAt({ url: server.url, token: 'secret' })
    expect(await api.post('/api/v1/sign-in-links', { a: 1 }, textIn('url'))).toBe('http://x')
    expect(server.asked[0]).toMatchObject({ authorization: 'Bearer secret', body: { a: 1 } })
  })

  it('throws what the server refused with, under the same code', async () => {
    const server = await testServer({ 'GET /x': () => refusal('PROMOTIONS_HELD', 'held since ten') })
    await expect(apiAt({ url: server.url, token: null }).get('/x', nothing)).rejects.toMatchObject({
      code: 'PROMOTIONS_HELD',
      message: 'held since ten',
      exitCode: 1,
      facts: { requestId: 'request-1' },
    })
  })

  it('keeps the words of a code it does not know', async () => {
    const server = await testServer({ 'GET /x': () => refusal('FROM_THE_FUTURE', 'no') })
    await expect(apiAt({ url: server.url, token: null }).get('/x', nothing)).rejects.toMatchObject({
      code: 'INTERNAL',
      message: 'FROM_THE_FUTURE: no (the server hints)',
    })
  })

  it('says that nobody answers', async () => {
    await expect(apiAt({ url: 'http://127.0.0.1:9', token: null }).get('/x', nothing)).rejects.toMatchObject({
      code: 'SERVER_UNREACHABLE',
      message: expect.stringContaining('http://127.0.0.1:9'),
    })
  })

  it('tells another program on the port from Gantry', async () => {
    const server = await testServer({ 'GET /x': () => 502, 'GET /page': () => 'a page', 'HEAD /x': () => 500 })
    const api = apiAt({ url: server.url, token: null })
    await expect(api.get('/x', nothing)).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' })
    await expect(api.get('/page', nothing)).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' })
    await expect(api.has('/x')).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' })
  })

  it('asks whether something is there, and sends bytes as they are', async () => {
    const server = await testServer({
      'HEAD /there': () => 200,
      'HEAD /gone': () => 404,
      'HEAD /secret': () => 401,
      'HEAD /closed': () => 403,
      'PUT /there': () => ({}),
    })
    const api = apiAt({ url: server.url, token: null })
    expect([await api.has('/there'), await api.has('/gone')]).toEqual([true, false])
    await expect(api.has('/secret')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    await expect(api.has('/closed')).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await api.put('/there', Readable.from([Buffer.from('ab'), Buffer.from('c')]))
    expect(server.asked.at(-1)?.bytes.toString()).toBe('abc')
  })
})

describe('reading', () => {
  it('refuses a body of another shape', () => {
    expect(() => listIn('runs', { parse: String })({})).toThrow('expected a list "runs"')
    expect(() => textIn('url')([])).toThrow('expected an object')
    expect(() => textIn('url')({ url: 1 })).toThrow('expected a text "url"')
    expect(() => texts({ a: 1 })).toThrow('expected a text "a"')
  })

  it('leaves out of a query what is not set', () => {
    expect(query({ a: 'x y', b: undefined, c: 0 })).toBe('?a=x+y&c=0')
    expect(query({ a: undefined })).toBe('')
  })
})

describe('the address', () => {
  const cwd = tempFolder()
  const home = join(cwd, '.gantry')
  mkdirSync(join(home, 'sitebuilder'), { recursive: true })
  writeFileSync(join(home, 'url'), 'http://127.0.0.1:4455\n')
  writeFileSync(join(home, 'cli-token'), 'from-home')

  it('is what the environment says, without a slash at its end', () => {
    const env = { GANTRY_URL: 'https://gantry.example/', GANTRY_TOKEN: 'given' }
    expect(serverAddress({ env, cwd })).toEqual({ url: 'https://gantry.example', token: 'given' })
  })

  it('is what the server on this machine wrote, from any folder below', () => {
    expect(serverAddress({ env: {}, cwd: join(home, 'sitebuilder') })).toEqual({
      url: 'http://127.0.0.1:4455',
      token: 'from-home',
    })
    expect(serverAddress({ env: { PORT: '4500' }, cwd }).url).toBe('http://127.0.0.1:4500')
    expect(serverAddress({ env: { GANTRY_HOME: '.gantry' }, cwd }).token).toBe('from-home')
  })

  it('falls back to the usual port, signed in as nobody', () => {
    const empty = tempFolder()
    expect(serverAddress({ env: {}, cwd: empty })).toEqual({ url: 'http://127.0.0.1:4400', token: null })
    expect(homeFolder({ env: {}, cwd: empty })).toBe(join(empty, '.gantry'))
  })

  it("never sends the owner's token to another machine", () => {
    expect(serverAddress({ env: { GANTRY_URL: 'https://gantry.example' }, cwd }).token).toBeNull()
    expect(['http://localhost:1', 'http://[::1]/', 'http://127.0.0.9'].every(isLoopback)).toBe(true)
    expect(['http://127.0.0.1.example', 'http://10.0.0.1', 'nonsense'].some(isLoopback)).toBe(false)
  })
})
