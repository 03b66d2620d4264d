import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { pidFiles } from '../process/pid-files.ts'
import { startEmbedded } from './embedded-server.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gantry-embedded-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const tries = () =>
  readFile(join(dir, 'tries'), 'utf8').then(
    text => text.trimEnd().split('\n'),
    () => [],
  )

/** A server whose program counts its tries in `count` and then does what the script says. */
async function start(script: string, atMostMs = 10_000, signal?: AbortSignal, stalledMs = 2_000) {
  const program = join(dir, 'program.mjs')
  const head = `
import { appendFileSync, readFileSync } from 'node:fs'
const { port } = JSON.parse(process.argv[2])
appendFileSync(${JSON.stringify(join(dir, 'tries'))}, port + '\\n')
const count = readFileSync(${JSON.stringify(join(dir, 'tries'))}, 'utf8').trimEnd().split('\\n').length
const ready = () => { process.send('ready'); setInterval(() => {}, 1000) }
const idle = () => setInterval(() => {}, 100_000)
const busyFor = ms => { for (const end = Date.now() + ms; Date.now() < end; ) Math.sqrt(Math.random()) }
process.on('disconnect', () => process.exit())
`
  await writeFile(program, head + script)
  const said: string[] = []
  const server = startEmbedded({
    ...{ key: 'p/staging/database', data: join(dir, 'data'), template: join(dir, 'template'), host: '127.0.0.1' },
    pids: pidFiles(join(dir, 'run')),
    onLine: () => {},
    log: message => said.push(message),
    ...(signal && { signal }),
    patience: { stalledMs, atMostMs },
    compiled: undefined,
    program,
  })
  return { server, said }
}

test('one that works is waited for, however long it takes', async () => {
  const { server, said } = await start('busyFor(4_000); ready()')
  await (await server).stop()
  expect([said, (await tries()).length]).toEqual([[], 1])
})

test('one that stalls is started again, on another port, and then serves', async () => {
  const { server, said } = await start('count === 1 ? idle() : ready()')
  const started = await server
  await started.stop()
  expect(said).toEqual(['the database of p/staging/database did nothing for 2 s and was not ready; it is tried again'])
  const [first, second] = await tries()
  expect(first).not.toBe(second)
  expect(started.url).toContain(`:${second}/`)
})

test('one that ends before it is ready is started again', async () => {
  const { server, said } = await start('count < 3 ? process.exit(7) : ready()')
  await (await server).stop()
  expect(said).toHaveLength(2)
  expect(said[0]).toBe('the database of p/staging/database exited with code 7; it is tried again')
})

test('one that never gets anywhere is given up after three tries, with what it said', async () => {
  const { server } = await start("console.error('no room on the disk'); process.exit(1)")
  await expect(server).rejects.toMatchObject({
    code: 'DATABASE_UNREACHABLE',
    message: 'the embedded database of p/staging/database exited with code 1\nno room on the disk',
  })
  expect(await tries()).toHaveLength(3)
})

test('one that turns in circles is not waited for forever', async () => {
  const { server } = await start('setInterval(() => busyFor(50), 1)', 900)
  await expect(server).rejects.toThrow('worked for 0.9 s and was not ready')
})

test('a stop does not wait for a start that stalls', async () => {
  const hourMs = 3_600_000
  const { server, said } = await start('count === 2 ? idle() : ready()', hourMs, undefined, hourMs)
  const started = await server
  process.kill(started.pid(), 'SIGKILL')
  await expect.poll(async () => (await tries()).length).toBe(2)
  await started.stop()
  expect(said).toEqual(['the database of p/staging/database was ended by SIGKILL; it is started again'])
})

test('a start that is under way is given up when nobody wants it any more, and not tried again', async () => {
  const stop = new AbortController()
  const { server } = await start('setInterval(() => busyFor(50), 1)', 60_000, stop.signal)
  const refused = expect(server).rejects.toThrow(/was ended by SIG(TERM|KILL)/)
  await expect.poll(async () => (await tries()).length).toBe(1)
  stop.abort()
  await refused
  expect(await tries()).toHaveLength(1)
})

test('one that ended while it served is started again on its port, also when the next start fails', async () => {
  const { server, said } = await start('count === 2 ? process.exit(1) : ready()')
  const started = await server
  process.kill(started.pid(), 'SIGKILL')
  await expect.poll(() => said.length).toBe(2)
  await expect.poll(async () => (await tries()).length).toBe(3)
  await started.stop()
  expect(said).toEqual([
    'the database of p/staging/database was ended by SIGKILL; it is started again',
    'the database of p/staging/database exited with code 1; it is tried again',
  ])
  expect(new Set(await tries()).size).toBe(1)
})
