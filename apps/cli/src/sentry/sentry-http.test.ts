import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sentryHttp } from './sentry-http.ts'

let answer: (response: ServerResponse, path: string) => unknown = response => response.end('[]')
const server = createServer((request, response) => answer(response, request.url ?? ''))
let url = ''
beforeAll(async () => {
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => void server.close())

function client(said = url) {
  const waited: number[] = []
  const http = sentryHttp({ SENTRY_AUTH_TOKEN: 'secret' }, { url: said }, async ms => void waited.push(ms))
  return { http, waited }
}

test('the last request of a window is followed by one of the next, instead of one that is refused', async () => {
  answer = response => {
    const reset = String(Math.ceil(Date.now() / 1_000) + 20)
    response.writeHead(200, { 'x-sentry-rate-limit-remaining': '0', 'x-sentry-rate-limit-reset': reset }).end('[]')
  }
  const { http, waited } = client()
  await http.ask('/api/0/a/')
  expect(waited).toEqual([])
  await http.ask('/api/0/a/')
  expect(waited).toEqual([expect.closeTo(20_000, -4)])
})

test('a server below a path is asked below it, and what is no address is refused before the token goes anywhere', async () => {
  const paths: string[] = []
  answer = (response, path) => response.end(paths.push(path) && '[]')
  await client(`${url}/sentry/`).http.ask('/api/0/a/?cursor=x')
  expect(paths).toEqual(['/sentry/api/0/a/?cursor=x'])
  expect(client(`${url}/sentry/`).http.url).toBe(`${url}/sentry`)
  expect(client(`${url}/api/0/`).http.url).toBe(url)
  for (const wrong of ['nowhere', 'ftp://a', 'https://u:p@a/'])
    expect(() => client(wrong)).toThrow('expected the address')
  expect(() => sentryHttp({})).toThrow('SENTRY_AUTH_TOKEN not set')
})

test('what is no JSON, has no end, or leads elsewhere is refused, and the token is in no message', async () => {
  const refused = async () => {
    const error = await client()
      .http.ask('/api/0/a/')
      .catch((cause: unknown) => cause)
    expect(JSON.stringify(error)).not.toContain('secret')
    return String((error as Error).message)
  }
  answer = response => response.end('<html>')
  expect(await refused()).toContain('answered no JSON')
  answer = response => response.writeHead(302, { location: 'http://elsewhere.example/' }).end()
  expect(await refused()).toContain('could not be reached')
  const megabyte = Buffer.alloc(1 << 20, ' ')
  answer = response => {
    const more = () => {
      if (!response.destroyed) response.write(megabyte, more)
    }
    more()
  }
  expect(await refused()).toContain('answered more than')
  answer = response => response.writeHead(403).end('{"detail":"\u001b[31mno"}')
  expect(await refused()).toMatch(/answered 403 to .*\{"detail":"no"\}/)
})
