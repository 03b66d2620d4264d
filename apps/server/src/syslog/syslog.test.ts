import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { type FoundKey, GantryError, type ItemOutcome, type NewLine } from '@gantry/core'
import { IngestConfig } from '@gantry/core/config'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { Intake, type Sinks } from '../ingest/intake.ts'
import type { Counted } from '../ingest/intake-counter.ts'
import { type Certificate, certificateFor } from '../testing/vendors/certificate.ts'
import { type RunningSyslog, startSyslog } from './start-syslog.ts'
import { readSyslogSettings } from './syslog-settings.ts'

const key = (letter: string) => letter.repeat(32)
const keyOf = (letter: string, over: Partial<FoundKey>): FoundKey => ({
  ...{ kind: 'server', origins: [], perMinute: null, isOwn: true, madeBy: 'gantry', id: letter, key: key(letter) },
  ...{ project: 'shop', projectNumber: 1, service: null, createdAt: '', lastUsedAt: null, rotatedAt: null },
  ...{ worksUntil: null, revokedAt: null },
  ...over,
})
const keys = [
  keyOf('a', {}),
  keyOf('b', { service: 'web' }),
  keyOf('c', { project: 'blog' }),
  keyOf('d', { perMinute: 2 }),
]

let kept: NewLine[] = []
let counted: (Counted & ItemOutcome)[] = []
let errors: object[] = []
/** What storing waits for, and fails by. */
let storing: () => Promise<void> = async () => undefined
let running: RunningSyslog | null = null
let dir = ''
let certificate: Certificate

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gantry-syslog-'))
  certificate = await certificateFor(['localhost', '127.0.0.1'], dir)
})
afterAll(() => rm(dir, { recursive: true, force: true }))
beforeEach(() => {
  kept = []
  counted = []
  errors = []
  storing = async () => undefined
})
afterEach(async () => {
  await running?.stop()
  running = null
})

const intake = () =>
  new Intake({
    keys: { find: async shown => keys.find(one => one.key === shown) ?? null, projectOf: async () => null },
    counter: { add: (about, outcomes) => void counted.push(...outcomes.map(outcome => ({ ...about, ...outcome }))) },
    sinksOf: () =>
      ({
        lines: async (lines: NewLine[]) => {
          await storing()
          kept.push(...lines)
        },
      }) as unknown as Sinks,
    usual: { spikeOf: () => null },
    requireRoom: () => undefined,
    settingsOf: async () => IngestConfig.parse({}),
    webhookSecret: async () => null,
    forwardsOf: () => null,
    now: () => new Date(),
    newId: () => 'f'.repeat(32),
  })

async function listen(env: Record<string, string>, over: { graceMs?: number; strangerMs?: number } = {}) {
  const settings = readSyslogSettings(env)
  if (!settings) throw new Error('expected a port')
  running = await startSyslog(settings, {
    intake: intake(),
    async ownKey(project, service) {
      if (project === 'unreachable') throw new Error('no database')
      return project === 'shop' ? key(service === 'web' ? 'b' : 'a') : null
    },
    log: { error: facts => void errors.push(facts) },
    now: () => new Date(),
    firstMs: 5,
    ...over,
  })
  return running.states().map(({ address }) => Number(new URL(address).port))
}

async function client(port: number | undefined, allowHalfOpen = false): Promise<Socket> {
  const socket = connect({ port: port ?? 0, host: '127.0.0.1', allowHalfOpen })
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}
const ended = (socket: Socket) =>
  new Promise<void>(done => (socket.closed ? done() : void socket.resume().once('close', () => done())))
const messages = () => kept.map(({ message }) => message)
const own = (letter: string, text: string) => `<14>1 - h shop 7 - [gantry@32473 key="${key(letter)}"] ${text}`
const sized = (text: string) => `${Buffer.byteLength(text)} ${text}`
const refused = () => running?.states().map(({ refused, lastRefusal }) => [refused, lastRefusal?.why])

test('each message goes where its key says, in either framing, and is counted there', async () => {
  const [port] = await listen({ GANTRY_SYSLOG: 'tcp://127.0.0.1:0' })
  const socket = await client(port)
  socket.end(`${own('a', 'one')}\n    more of one\n${sized(own('b', 'two\nlines'))}${own('c', 'three')}`)
  await ended(socket)
  expect(kept.map(({ project, service, message }) => [project, service, message]).toSorted()).toEqual([
    ['blog', 'shop', 'three'],
    ['shop', 'shop', 'one'],
    ['shop', 'unknown', '    more of one'],
    ['shop', 'web', 'two\nlines'],
  ])
  expect(kept.find(({ message }) => message === 'one')?.fields).toMatchObject({ facility: 'user', host: 'h' })
  const taken = counted.map(({ project, protocol, keyId, outcome, quantity }) => [
    project,
    protocol,
    keyId,
    outcome,
    quantity,
  ])
  expect(taken.toSorted()).toEqual([
    ['blog', 'syslog', 'c', 'taken', 1],
    ['shop', 'syslog', 'a', 'taken', 1],
    ['shop', 'syslog', 'a', 'taken', 1],
    ['shop', 'syslog', 'b', 'taken', 1],
  ])
  expect(running?.states()).toMatchObject([{ taken: 4, refused: 0, connections: 0, lastRefusal: null }])
})

test('a port of a project takes what shows no key, as the service and environment it says', async () => {
  const [port, other] = await listen({
    GANTRY_SYSLOG: 'tcp://127.0.0.1:0/shop/web?environment=staging tcp://127.0.0.1:0/gone',
  })
  const socket = await client(port)
  socket.end('<11>Nov 27 10:00:00 h nginx[7]: broken\nno syslog at all')
  await ended(socket)
  const line = { project: 'shop', service: 'web', environment: 'staging' }
  expect(kept).toMatchObject([
    { ...line, level: 'error', message: 'broken', fields: { app: 'nginx' } },
    { ...line, message: 'no syslog at all' },
  ])
  const lost = await client(other)
  lost.write('<11>Nov 27 10:00:00 h nginx[7]: broken\n')
  await ended(lost)
  expect(refused()?.[1]).toEqual([1, expect.stringContaining('expected an ingest key')])
})

test('lines of a project whose key cannot be read are counted as lost, with the cause', async () => {
  const [port] = await listen({ GANTRY_SYSLOG: 'tcp://127.0.0.1:0/unreachable' })
  const socket = await client(port)
  socket.end('<11>Nov 27 10:00:00 h nginx[7]: broken\n<11>Nov 27 10:00:00 h nginx[7]: again\n')
  await ended(socket)
  expect(refused()).toEqual([[2, 'they could not be stored']])
  expect(errors).toEqual(expect.arrayContaining([expect.objectContaining({ err: new Error('no database'), lines: 2 })]))
})

test('a stranger is cut off, so that the sender sees it and may keep what it has; one beside known ones is not', async () => {
  const [port] = await listen({ GANTRY_SYSLOG: 'tcp://127.0.0.1:0' })
  for (const said of ['<14>Nov 27 10:00:00 h a: no key\n', `${own('e', 'wrong key')}\n`]) {
    const socket = await client(port)
    socket.write(said)
    await ended(socket)
  }
  const relay = await client(port)
  relay.write(`${own('a', 'known')}\n<14>Nov 27 10:00:00 h a: no key\n`)
  await expect.poll(() => refused()?.[0]?.[0]).toBe(3)
  relay.end(`${own('a', 'known too')}\n`)
  await ended(relay)
  expect(messages()).toEqual(['known', 'known too'])
  // Said in the log once, not by each of them.
  expect(errors).toHaveLength(1)
})

test('who connects and says nothing leaves after a while, and who said a key may stay', async () => {
  const [port] = await listen({ GANTRY_SYSLOG: 'tcp://127.0.0.1:0' }, { strangerMs: 200 })
  const known = await client(port)
  known.write(`${own('a', 'known')}\n`)
  await expect.poll(messages).toEqual(['known'])
  const silent = await client(port)
  silent.write('<14>1 - half')
  await ended(silent)
  known.end(`${own('a', 'still here')}\n`)
  await ended(known)
  expect(messages()).toEqual(['known', 'still here'])
})

test('while the store is behind nothing more is read, and all of it is stored once it is not', async () => {
  const [port] = await listen({ GANTRY_SYSLOG: 'tcp://127.0.0.1:0/shop' })
  let isBehind = true
  storing = async () => {
    if (isBehind) throw new GantryError('INGEST_OVERLOADED', 'too much waits')
  }
  const line = Buffer.from(`<14>Nov 27 10:00:00 h a: ${'x'.repeat(10_000)}\n`)
  const count = 2_000
  const socket = await client(port)
  let written = 0
  const writing = (async () => {
    for (let times = 0; times < count; times++) {
      written += line.length
      if (!socket.write(line)) await once(socket, 'drain')
    }
    socket.end()
  })()
  await expect.poll(() => running?.waits()?.why).toBe('too much waits')
  // The sender is stopped by TCP: what is under way is what sockets hold, and a chunk.
  let before = -1
  await vi.waitUntil(
    () => {
      const isStill = written === before
      before = written
      return isStill
    },
    { interval: 100, timeout: 10_000 },
  )
  expect(written).toBeLessThan(line.length * count * 0.75)
  expect(kept).toEqual([])
  isBehind = false
  await writing
  await ended(socket)
  expect(kept).toHaveLength(count)
  expect(running?.waits()).toBeNull()
  expect(counted.every(({ outcome }) => outcome === 'taken')).toBe(true)
})

test('what fails for no reason that is known is tried again a few times, then counted as lost, and the next is taken', async () => {
  const [port] = await listen({ GANTRY_SYSLOG: 'tcp://127.0.0.1:0/shop' })
  let failures = 2
  storing = async () => {
    if (failures-- > 0) throw new Error('the connection broke')
  }
  const socket = await client(port)
  socket.write('<14>Nov 27 10:00:00 h a: kept\n')
  await expect.poll(messages).toEqual(['kept'])
  failures = 6
  socket.write('<14>Nov 27 10:00:00 h a: lost\n')
  await expect.poll(() => refused()?.[0]).toEqual([1, 'they could not be stored'])
  socket.end('<14>Nov 27 10:00:00 h a: next\n')
  await ended(socket)
  expect(messages()).toEqual(['kept', 'next'])
  expect(counted.map(({ outcome, reason }) => [outcome, reason])).toEqual([
    ['taken', ''],
    ['dropped', 'failed'],
    ['taken', ''],
  ])
})

test('a quota of a key drops what is too much, and keeps nobody else waiting', async () => {
  const [port] = await listen({ GANTRY_SYSLOG: 'tcp://127.0.0.1:0' })
  const socket = await client(port)
  for (const [index, letter] of ['d', 'd', 'd', 'd'].entries()) {
    socket.write(`${own(letter, `d${index}`)}\n${own('a', `a${index}`)}\n`)
    await expect.poll(() => messages().includes(`a${index}`)).toBe(true)
  }
  socket.end()
  await ended(socket)
  expect(messages().filter(message => message.startsWith('a'))).toHaveLength(4)
  expect(messages().filter(message => message.startsWith('d')).length).toBeLessThan(4)
  expect(counted.some(({ keyId, reason }) => keyId === 'd' && reason === 'rate-limited')).toBe(true)
})

test('a stop tells those that are connected, takes what they still send, and cuts off who does not end', async () => {
  const [port] = await listen({ GANTRY_SYSLOG: 'tcp://127.0.0.1:0/shop' }, { graceMs: 500 })
  const polite = await client(port, true)
  const deaf = await client(port, true)
  deaf.write('<14>Nov 27 10:00:00 h a: deaf\n<14>Nov 27 10:00:00 h a: half')
  polite.on('end', () => polite.end('<14>Nov 27 10:00:00 h a: last\n'))
  polite.resume()
  await expect.poll(messages).toEqual(['deaf'])
  await running?.stop()
  running = null
  expect(messages().toSorted()).toEqual(['deaf', 'half', 'last'])
  await expect(client(port)).rejects.toThrow()
})

test('what the store did not take until the end of a stop is counted as lost', async () => {
  const [port] = await listen({ GANTRY_SYSLOG: 'tcp://127.0.0.1:0/shop' }, { graceMs: 100 })
  storing = async () => {
    throw new GantryError('STORAGE_FULL', 'full')
  }
  const socket = await client(port)
  socket.write('<14>Nov 27 10:00:00 h a: lost\n')
  await expect.poll(() => running?.waits()?.why).toBe('full')
  await running?.stop()
  running = null
  expect(counted).toMatchObject([{ outcome: 'dropped', reason: 'storage-full', quantity: 1 }])
})

test('more connections than there is memory for are turned away', async () => {
  const [port] = await listen({ GANTRY_SYSLOG: 'tcp://127.0.0.1:0/shop' })
  const all = await Promise.all(Array.from({ length: 500 }, () => client(port)))
  await expect.poll(() => running?.states()[0]?.connections).toBe(500)
  const late = await client(port)
  await ended(late)
  expect(refused()).toEqual([[0, 'more than 500 connections']])
  for (const socket of all) socket.end('<14>Nov 27 10:00:00 h a: one of many\n')
  await Promise.all(all.map(ended))
  expect(kept).toHaveLength(500)
})

test('TLS shows the certificate, takes what is sent with it, and refuses what is no TLS or has no certificate of its own', async () => {
  const files = { GANTRY_SYSLOG_CERT: join(dir, 'own.pem'), GANTRY_SYSLOG_CERT_KEY: join(dir, 'own.key') }
  const [port] = await listen({ GANTRY_SYSLOG: 'tls://127.0.0.1:0/shop', ...files })
  const ca = certificate.authorityFile
  const trusted = { port: port ?? 0, host: '127.0.0.1', servername: 'localhost', ca: await readFile(ca) }
  const safe = connectTls(trusted)
  await once(safe, 'secureConnect')
  safe.end(sized('<14>Nov 27 10:00:00 h a: safe'))
  await ended(safe)
  const plain = await client(port)
  plain.write('<14>Nov 27 10:00:00 h a: plain\n')
  await ended(plain)
  expect(messages()).toEqual(['safe'])
  expect(refused()?.[0]?.[1]).toContain('no TLS')
  await running?.stop()

  const [mutual] = await listen({ GANTRY_SYSLOG: 'tls://127.0.0.1:0/shop', ...files, GANTRY_SYSLOG_CA: ca })
  const nameless = connectTls({ ...trusted, port: mutual ?? 0 }).on('error', () => undefined)
  nameless.write('<14>Nov 27 10:00:00 h a: nameless\n')
  await ended(nameless)
  const named = connectTls({ ...trusted, port: mutual ?? 0, cert: certificate.cert, key: certificate.key })
  named.end('<14>Nov 27 10:00:00 h a: named\n')
  await ended(named)
  expect(messages()).toEqual(['safe', 'named'])
})

test('a port that is taken, and a certificate that is none, are said before anything starts', async () => {
  const [port] = await listen({ GANTRY_SYSLOG: 'tcp://127.0.0.1:0/shop' })
  const taken = { ports: readSyslogSettings({ GANTRY_SYSLOG: `tcp://127.0.0.1:${port}` })?.ports ?? [], tls: null }
  const parts = { intake: intake(), ownKey: async () => null, log: { error: () => undefined }, now: () => new Date() }
  await expect(startSyslog(taken, parts)).rejects.toMatchObject({ code: 'PORT_IN_USE' })
  await writeFile(join(dir, 'none.pem'), 'none')
  const none = { cert: join(dir, 'none.pem'), key: join(dir, 'own.key'), ca: null }
  await expect(startSyslog({ ports: [], tls: none }, parts)).rejects.toThrow('GANTRY_SYSLOG_CERT')
})

test.each([
  ['udp://127.0.0.1:514', 'expected tls://'],
  ['tcp://127.0.0.1:514/Shop', 'expected tls://'],
  ['tcp://127.0.0.1:514/a/b/c', 'expected tls://'],
  ['tcp://127.0.0.1:514?env=staging', 'expected tls://'],
  ['514', 'expected tls://'],
  ['tls://127.0.0.1', 'GANTRY_SYSLOG_CERT'],
])('%s is refused', (said, message) => {
  expect(() => readSyslogSettings({ GANTRY_SYSLOG: said })).toThrow(message)
})

test('ports have their usual numbers, and nothing listens by itself', () => {
  expect(readSyslogSettings({})).toBeNull()
  const files = { GANTRY_SYSLOG_CERT: 'c', GANTRY_SYSLOG_CERT_KEY: 'k' }
  const settings = readSyslogSettings({ GANTRY_SYSLOG: 'tls://0.0.0.0, tcp://[::1]/shop', ...files })
  expect(settings?.ports).toMatchObject([
    { isTls: true, host: '0.0.0.0', port: 6514, project: null },
    { isTls: false, host: '::1', port: 601, project: 'shop', service: null, environment: null },
  ])
  expect(settings?.tls).toEqual({ cert: 'c', key: 'k', ca: null })
})
