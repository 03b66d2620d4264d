import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { probeHttp } from './http.ts'
import { isPrivateHost } from './private-address.ts'

const server = createServer((request, response) => {
  const code = Number(request.url?.slice(1))
  if (code) response.writeHead(code, code === 301 ? { location: '/200' } : {}).end('body')
})
let base = ''
beforeAll(async () => {
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
const probe = (target: string, more = {}) => probeHttp(target, { timeoutMs: 200, allowPrivate: true, ...more })

test.each([
  [200, true],
  [204, true],
  [301, true],
  [404, false],
  [500, false],
])('status %i: well is %s', async (status, isOk) => {
  expect(await probe(`${base}/${status}`)).toMatchObject({ isOk, status, error: isOk ? null : `status ${status}` })
})

test('a slow answer, a closed port and a bad address are failures with a reason', async () => {
  expect(await probe(`${base}/slow`)).toMatchObject({ isOk: false, status: null, error: 'no answer within 200 ms' })
  expect(await probe('http://127.0.0.1:9/')).toMatchObject({
    isOk: false,
    error: expect.stringMatching(/ECONNREFUSED|bad port/),
  })
  expect(await probe('nonsense')).toMatchObject({ isOk: false, error: expect.stringContaining('Invalid URL') })
})

test('an abort ends it', async () => {
  expect((await probe(`${base}/slow`, { timeoutMs: 5_000, signal: AbortSignal.timeout(50) })).isOk).toBe(false)
})

test('addresses of this network are out of reach unless allowed', async () => {
  expect(await probe(`${base}/200`, { allowPrivate: false })).toMatchObject({
    isOk: false,
    error: expect.stringContaining('may not reach'),
  })
})

test.each([
  '127.0.0.1',
  '10.1.2.3',
  '169.254.169.254',
  '192.168.0.1',
  '172.20.0.1',
  '100.64.0.1',
  '0.0.0.0',
  '[::1]',
  'fe80::1',
  'fd00::1',
  'localhost',
])('%s is of this network', async host => {
  expect(await isPrivateHost(host)).toBe(true)
})

test.each(['93.184.216.34', '172.32.0.1', '2606:2800:220:1::1'])('%s is not', async host => {
  expect(await isPrivateHost(host)).toBe(false)
})
