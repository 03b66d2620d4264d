import type { LookupAddress } from 'node:dns'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, createServer as createSocketServer } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { probeHttp } from './probe.ts'
import type { Resolve } from './resolve-host.ts'

/** Answers with the status that is its path, and keeps what was asked. */
const asked: string[] = []
const marks: unknown[] = []
const server = createServer((request, response) => {
  asked.push(`${request.headers.host}${request.url}`)
  marks.push(request.headers['x-gantry-probe'])
  const [, code, to] = request.url?.split('/') ?? []
  if (code === 'late') setTimeout(() => response.end('body'), 400)
  if (Number(code)) response.writeHead(Number(code), to ? { location: decodeURIComponent(to) } : {}).end('body')
})
let base = ''
let port = 0
beforeAll(async () => {
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  port = portOf(server)
  base = `http://127.0.0.1:${port}`
})
beforeEach(() => {
  asked.splice(0)
  marks.splice(0)
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
const portOf = (one: Pick<Server, 'address'>) => (one.address() as AddressInfo).port
const probe = (target: string, more = {}) => probeHttp(target, { timeoutMs: 10_000, allowPrivate: true, ...more })

test('shows its mark where it was given one, and nothing elsewhere', async () => {
  await probe(`${base}/200`, { mark: 'secret' })
  await probe(`${base}/200`)
  expect(marks.splice(0)).toEqual(['secret', undefined])
})

/** A name server that gives each answer once, and its last for ever. */
function answering(...answers: string[][]) {
  const names: string[] = []
  const resolve: Resolve = async name => {
    names.push(name)
    const addresses = (answers.length > 1 ? answers.shift() : answers[0]) ?? []
    return addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 }))
  }
  return { names, resolve }
}

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
  expect(await probe(`${base}/slow`, { timeoutMs: 200 })).toMatchObject({
    isOk: false,
    status: null,
    error: 'no answer within 200 ms',
  })
  const closed = createSocketServer()
  await new Promise<void>(done => closed.listen(0, '127.0.0.1', done))
  const closedPort = portOf(closed)
  await new Promise(done => closed.close(done))
  expect(await probe(`http://127.0.0.1:${closedPort}/`)).toMatchObject({ isOk: false, error: 'ECONNREFUSED' })
  expect(await probe('nonsense')).toMatchObject({ isOk: false, error: 'Invalid URL' })
  expect(await probe('ftp://127.0.0.1/')).toMatchObject({
    isOk: false,
    error: 'expected an http or https address, got ftp:',
  })
})

test('an answer that is not HTTP, or is cut off, is a failure', async () => {
  const garbage = createSocketServer(socket => void socket.resume().end('220 smtp.example ESMTP\r\n'))
  const cut = createSocketServer(socket => void socket.on('data', () => socket.destroy()))
  for (const [one, error] of [
    [garbage, /^HPE_/],
    [cut, /^ECONNRESET$/],
  ] as const) {
    await new Promise<void>(done => one.listen(0, '127.0.0.1', done))
    expect(await probe(`http://127.0.0.1:${portOf(one)}/`)).toMatchObject({
      isOk: false,
      status: null,
      error: expect.stringMatching(error),
    })
    await new Promise(done => one.close(done))
  }
})

test('an abort ends it, before it begins as well', async () => {
  const options = { timeoutMs: 5_000 }
  expect((await probe(`${base}/slow`, { ...options, signal: AbortSignal.timeout(50) })).isOk).toBe(false)
  asked.splice(0)
  expect((await probe(`${base}/200`, { ...options, signal: AbortSignal.abort() })).isOk).toBe(false)
  expect(asked).toEqual([])
})

test.each(['127.0.0.1', '[::1]', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]', 'localhost'])(
  'addresses of this network are out of reach unless allowed: %s',
  async host => {
    const { error } = await probe(`http://${host}:${port}/200`, { allowPrivate: false })
    expect(error).toMatch(/ is an address of this network, which probes may not reach$/)
    expect(asked).toEqual([])
  },
)

test('one address of this network among those of a name puts it out of reach', async () => {
  const { resolve } = answering(['93.184.216.34', '127.0.0.1'])
  expect(await probe(`http://shop.example:${port}/200`, { allowPrivate: false, resolve })).toMatchObject({
    isOk: false,
    error: 'shop.example is an address of this network, which probes may not reach',
  })
  expect(asked).toEqual([])
})

test('asks for a name once, and connects to the address that was judged, under its name', async () => {
  const { names, resolve } = answering(['127.0.0.1'], ['192.0.2.1'])
  expect(await probe(`http://shop.example:${port}/200`, { resolve })).toMatchObject({ isOk: true, status: 200 })
  expect(names).toEqual(['shop.example'])
  expect(asked).toEqual([`shop.example:${port}/200`])
})

// Nothing is, nor ever was, at 4000::1: that part of the public network is given to nobody.
test('a name that leads here once it was judged (DNS rebinding) does not', async () => {
  const { names, resolve } = answering(['4000::1'], ['127.0.0.1'])
  const options = { allowPrivate: false, resolve, timeoutMs: 500 }
  const result = await probe(`http://rebinds.example:${port}/200`, options)
  expect(result).toMatchObject({ isOk: false, status: null })
  expect(names).toEqual(['rebinds.example'])
  expect(asked).toEqual([])
})

test('a redirect is an answer, not a way into this network', async () => {
  const { names, resolve } = answering(['127.0.0.1'])
  const to = encodeURIComponent(`http://127.0.0.1:${port}/500`)
  expect(await probe(`http://shop.example:${port}/302/${to}`, { resolve })).toMatchObject({ isOk: true, status: 302 })
  expect(asked).toHaveLength(1)
  expect(names).toEqual(['shop.example'])
})

test('the time is for the lookup too, and for all steps together', async () => {
  const never: Resolve = name =>
    new Promise(resolve => name === 'example.com' && resolve([{ address: '93.184.216.34', family: 4 }]))
  expect(await probe(`http://shop.example:${port}/200`, { resolve: never, timeoutMs: 200 })).toMatchObject({
    isOk: false,
    error: 'no answer within 200 ms',
  })
  const slow: Resolve = () =>
    new Promise(resolve => setTimeout(() => resolve([{ address: '127.0.0.1', family: 4 }]), 400))
  // Had each step its own time, the lookup and the answer would each come in theirs.
  expect(await probe(`http://shop.example:${port}/late`, { resolve: slow, timeoutMs: 600 })).toMatchObject({
    isOk: false,
    error: 'no answer within 600 ms',
  })
})

/** A name server that knows some names, and answers each other one with that code. */
const knowing =
  (names: Record<string, string[]>, code: string): Resolve =>
  async name => {
    const found = names[name]
    if (!found) throw Object.assign(new Error(name), { code })
    return found.map(address => ({ address, family: 4 }))
  }
const others = { 'one.one.one.one': ['1.1.1.1'] }

test('a name that cannot be looked up is a failure with its reason, where other names can be', async () => {
  const unknown = await probe('http://shop.example/', { resolve: knowing(others, 'ENOTFOUND') })
  expect(unknown).toMatchObject({ isOk: false, error: 'ENOTFOUND' })
  expect(unknown.isOwnFault).toBeUndefined()
  const empty = await probe('http://shop.example/', {
    resolve: knowing({ ...others, 'shop.example': [] }, 'ENOTFOUND'),
  })
  expect(empty).toMatchObject({ error: 'shop.example has no address' })
  expect(empty.isOwnFault).toBeUndefined()
})

test.each(['ENOTFOUND', 'EAI_AGAIN', 'ESERVFAIL'])(
  'where no name can be looked up (%s), the fault is the resolver of this machine until the contrary is proved',
  async code => {
    expect(await probe('http://shop.example/', { resolve: knowing({}, code) })).toMatchObject({
      ...{ isOk: false, isOwnFault: true },
      error: `shop.example could not be looked up (${code}), nor could any other name: the resolver here does not work`,
    })
  },
)

test('so it is where the resolver never answers', async () => {
  const never: Resolve = () => new Promise(() => {})
  expect(await probe('http://shop.example/', { resolve: never, timeoutMs: 100 })).toMatchObject({
    ...{ isOk: false, isOwnFault: true, error: expect.stringContaining('could not be looked up in time') },
  })
})

test('an address that may not be probed, and one that is none, are faults of the config', async () => {
  for (const target of ['http://10.0.0.7/', 'ftp://example.com/', 'nonsense'])
    expect(await probe(target, { allowPrivate: false })).toMatchObject({ isOk: false, isOwnFault: true })
})

test('takes the second address when the first refuses', async () => {
  const { resolve } = answering(['127.0.0.2', '127.0.0.1'])
  expect(await probe(`http://shop.example:${port}/200`, { resolve })).toMatchObject({ isOk: true })
})

test('leaves no connection open', async () => {
  await probe(`${base}/200`)
  await expect.poll(() => new Promise(done => server.getConnections((_error, count) => done(count)))).toBe(0)
})
