import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { beganAt, thisMachine } from '../process/process-alive.ts'
import { claimHome } from './claim-home.ts'

let dir = ''
const others: ChildProcess[] = []
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gantry-claim-'))
})
afterAll(async () => {
  for (const other of others) other.kill('SIGKILL')
  await rm(dir, { recursive: true, force: true })
})

const times = { beatEveryMs: 50, staleAfterMs: 300 }
let number = 0
const place = () => join(dir, `server-${++number}.pid`)

async function otherProcess(): Promise<{ pid: number; kill(): Promise<void> }> {
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  others.push(other)
  await new Promise(done => other.once('spawn', done))
  const ended = new Promise<void>(done => other.once('exit', () => done()))
  const kill = () => {
    other.kill('SIGKILL')
    return ended
  }
  return { pid: other.pid ?? 0, kill }
}

const holder = async (over: object) =>
  JSON.stringify({ host: 'web-1', machine: await thisMachine(), pid: 1, began: 'long ago', ...over })

test('a living server is named with its host, number and address; killed, it is replaced at once', async () => {
  const file = place()
  const other = await otherProcess()
  await writeFile(file, await holder({ pid: other.pid, began: await beganAt(other.pid) }))
  await writeFile(join(dir, 'url'), 'http://127.0.0.1:4400\n')
  await expect(claimHome(file, times)).rejects.toMatchObject({
    code: 'HOME_IN_USE',
    message: expect.stringContaining(`process ${other.pid} on web-1 (http://127.0.0.1:4400)`),
  })
  await other.kill()
  // Whoever waited for a silence would wait for an hour.
  await (await claimHome(file, { beatEveryMs: 50, staleAfterMs: 3_600_000 }))()
})

test('another program that has the number of the one that was killed does not keep the folder', async () => {
  const file = place()
  const other = await otherProcess()
  await writeFile(file, await holder({ pid: other.pid, began: '12' }))
  await (await claimHome(file, times))()
})

test('our own number from before this start, as in a container, does not keep the folder', async () => {
  const file = place()
  await writeFile(file, await holder({ pid: process.pid, began: '12' }))
  await (await claimHome(file, times))()
})

test('a server of another machine keeps the folder while it touches the file, and no longer', async () => {
  const file = place()
  await writeFile(file, await holder({ machine: 'elsewhere' }))
  const touching = setInterval(() => void utimes(file, new Date(), new Date()), times.beatEveryMs)
  await expect(claimHome(file, times)).rejects.toMatchObject({ code: 'HOME_IN_USE' })
  clearInterval(touching)
  await (await claimHome(file, times))()
})

test('of two servers that find what a crash left, one gets the folder', async () => {
  const file = place()
  await writeFile(file, await holder({ pid: 999_999_999 }))
  const asked = await Promise.allSettled(Array.from({ length: 8 }, () => claimHome(file, times)))
  expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ pid: process.pid })
  await expect(stat(`${file}.turn`)).rejects.toThrow('ENOENT')
  for (const one of asked) if (one.status === 'fulfilled') await one.value()
})

test('the folder is kept: the file is touched while the server runs', async () => {
  const file = place()
  const free = await claimHome(file, times)
  const before = (await stat(file)).mtimeMs
  await expect.poll(async () => (await stat(file)).mtimeMs).toBeGreaterThan(before)
  await free()
})
