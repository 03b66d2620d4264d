import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ServerProcess, Store } from '@gantry/core'
import { type Database, storeOn } from '@gantry/store'
import { embeddedDatabase } from '@gantry/store/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { beganAt } from './process-alive.ts'
import { joinServers } from './server-group.ts'
import { thisProcess } from './this-process.ts'

let database: Database
let store: Store
let own: Awaited<ReturnType<typeof thisProcess>>
beforeAll(async () => {
  database = await embeddedDatabase()
  store = storeOn(database)
  own = await thisProcess()
})
beforeEach(() => database.exec('truncate gantry.server_processes, gantry.leases'))
afterAll(() => database.close())

const said: string[] = []
const errors: unknown[] = []
let looks = 0
const counted = (): Store['servers'] => ({
  ...store.servers,
  beat(own) {
    looks++
    return store.servers.beat(own)
  },
})
const join = (id: string, files: string | null, beatEveryMs = 60_000) =>
  joinServers({
    ...{ servers: counted(), leases: store.leases, beatEveryMs },
    self: { ...own, id, role: 'all', files },
    say: line => said.push(line),
    onError: cause => errors.push(cause),
  })

const elsewhere: ServerProcess = {
  ...{ id: 'far', host: 'web-2', machine: 'elsewhere', pid: 1, began: null, role: 'all', files: 's3://b' },
  address: 'https://two.example',
}
const silent = (id: string, seconds: number) =>
  database.exec(`update gantry.server_processes set beat_at = now() - interval '${seconds} seconds' where id = '${id}'`)
const known = async () => (await store.servers.list()).map(({ id }) => id)

test('servers that keep their files in one place work side by side, and know each other', async () => {
  await store.servers.beat(elsewhere)
  const group = await join('a', 's3://b')
  await group.setAddress('https://one.example')
  expect(await group.living()).toMatchObject([{ id: 'far' }, { id: 'a', address: 'https://one.example' }])
  await silent('far', 20)
  expect((await group.living()).map(({ id }) => id)).toEqual(['a'])
  await group.leave()
  expect(await known()).toEqual(['far'])
})

test.each([
  ['a folder of its own', null],
  ['another bucket', 's3://other'],
])('one with %s is refused with the name of the other that lives, and leaves nothing', async (_, files) => {
  await store.servers.beat(elsewhere)
  const beating = setInterval(() => void store.servers.beat(elsewhere), 50)
  const refused = join('a', files)
  await expect(refused).rejects.toMatchObject({
    code: 'DATABASE_IN_USE',
    message: /process 1 on web-2 \(https:\/\/two\.example\) works on this database since .*keeps its files in s3:\/\/b/,
  })
  clearInterval(beating)
  expect(await known()).toEqual(['far'])
})

test('of two that start at once one goes on, whatever their files', async () => {
  const started = await Promise.allSettled([join('a', null, 50), join('b', null, 50)])
  expect(started.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  for (const one of started) if (one.status === 'fulfilled') await one.value.leave()
})

test('one that fell silent on another machine is waited for until it is silent for good', async () => {
  await store.servers.beat({ ...elsewhere, files: null })
  await silent('far', 14.3)
  said.length = 0
  const group = await join('a', null)
  expect(said).toEqual([
    'waiting to see whether process 1 on web-2 (https://two.example) still lives: it works on this database',
  ])
  await group.leave()
})

test('what a killed server of this machine held is given back at once, and what a living one holds is not', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  const pid = child.pid ?? 0
  const other: ServerProcess = {
    ...own,
    id: 'near',
    pid,
    began: await beganAt(pid),
    role: 'all',
    files: 'f',
    address: null,
  }
  await store.servers.beat(other)
  const work = { project: 'shop', kind: 'run', name: 'r1' }
  await store.leases.claim(work, 'near', 60_000)
  const group = await join('a', 'f', 20)
  await sleep(100)
  expect(await store.leases.held()).toHaveLength(1)
  child.kill('SIGKILL')
  await new Promise(done => child.once('exit', done))
  await expect.poll(known).toEqual(['a'])
  expect(await store.leases.held()).toEqual([])
  await group.leave()
  expect(errors).toEqual([])
})

test('a number that another process has by now is no sign of life', async () => {
  await store.servers.beat({ ...own, id: 'before', began: 'long ago', role: 'all', files: null, address: null })
  await store.leases.claim({ project: null, kind: 'duty', name: 'x' }, 'before', 60_000)
  const group = await join('a', null)
  expect(await known()).toEqual(['a'])
  expect(await store.leases.held()).toEqual([])
  await group.leave()
})

test('word is given when another lives no more, and not when one comes', async () => {
  const group = await join('a', 's3://b', 20)
  let gone = 0
  group.onGone(() => void gone++)
  await store.servers.beat(elsewhere)
  // The second look that begins from here on follows one that saw it.
  const begun = looks
  await expect.poll(() => looks).toBeGreaterThan(begun + 1)
  expect(gone).toBe(0)
  await silent('far', 20)
  await expect.poll(() => gone).toBe(1)
  await group.leave()
  expect(errors).toEqual([])
})
