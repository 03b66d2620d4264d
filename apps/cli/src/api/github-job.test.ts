import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { typed } from '../testing/test-host.ts'

/** GitHub's service that gives a job its token, and a Gantry that trades it, in one. */
const heard: { path: string; authorization: string; body: string }[] = []
let status = 201
const server = createServer(async (request, response) => {
  let body = ''
  for await (const chunk of request) body += chunk
  const path = request.url ?? ''
  heard.push({ path, authorization: request.headers.authorization ?? '', body })
  const answer = path.startsWith('/oidc')
    ? { value: 'signed by GitHub' }
    : path.endsWith('/github/token')
      ? {
          token: 'gantry_given',
          error: { code: 'JOB_TOKEN_REFUSED', message: 'it is of eve/shop', hint: '', facts: {}, requestId: 'r' },
        }
      : { WEB_URL: 'https://web.example.com' }
  response.writeHead(path.endsWith('/github/token') ? status : 200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(answer))
}).listen(0, '127.0.0.1')
afterAll(() => server.close())
beforeEach(() => {
  heard.length = 0
  status = 201
})

const urls = (env: Record<string, string> = {}) => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const job = { ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/oidc?v=1`, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of the runner' }
  return typed(['urls', '--environment', 'staging', '--project', 'tiny'], { env: { GANTRY_URL: url, ...job, ...env } })
}

test('a job on GitHub without a stored token asks GitHub for one of the project, trades it, and is let in by that', async () => {
  const { code, out } = await urls()
  expect([code, out]).toEqual([0, 'WEB_URL=https://web.example.com\n'])
  const [oidc, trade, asked] = heard
  const audience = `http://127.0.0.1:${(server.address() as AddressInfo).port}/p/tiny`
  expect(oidc).toMatchObject({
    authorization: 'Bearer of the runner',
    path: `/oidc?v=1&audience=${encodeURIComponent(audience)}`,
  })
  expect(trade).toMatchObject({ path: '/api/v1/projects/tiny/github/token', authorization: '' })
  expect(JSON.parse(trade?.body ?? '')).toEqual({ token: 'signed by GitHub' })
  expect(asked?.authorization).toBe('Bearer gantry_given')
})

test('one with a token of its own uses that, and one that is refused is told why', async () => {
  await urls({ GANTRY_TOKEN: 'stored' })
  expect(heard.map(({ authorization }) => authorization)).toEqual(['Bearer stored'])
  status = 401
  const refused = await urls()
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('it is of eve/shop')])
})
