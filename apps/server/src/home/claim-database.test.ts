import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ServerIdentity, ServerStore } from '@gantry/core'
import { type Database, storeOn } from '@gantry/store'
import { embeddedDatabase } from '@gantry/store/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { claimDatabase } from './claim-database.ts'
import { thisMachine } from './process-alive.ts'

let database: Database
let servers: ServerStore
beforeAll(async () => {
  database = await embeddedDatabase()
  servers = storeOn(database).servers
})
beforeEach(() => database.exec('truncate gantry.servers'))
afterAll(() => database.close())

const times = { beatEveryMs: 50, staleAfterMs: 1_500, lookEveryMs: 20 }
const said: string[] = []
const claim = (onLost = () => {}) =>
  claimDatabase(servers, { say: line => said.push(line), onLost, onFailedBeat: () => {}, times })

async function heldBy(holder: Partial<ServerIdentity>, address: string | null = null): Promise<ServerIdentity> {
  const full = { id: 'other', host: 'web-1', machine: 'elsewhere', pid: 1, ...holder }
  expect(await servers.claim(full, { staleAfterMs: times.staleAfterMs })).toBeNull()
  await servers.beat(full.id, address)
  return full
}

test('a server that lives is left alone, and named with its host, number and address', async () => {
  const { id } = await heldBy({ pid: 7 }, 'https://gantry.example')
  const beating = setInterval(() => void servers.beat(id, 'https://gantry.example'), 50)
  await expect(claim()).rejects.toMatchObject({
    code: 'DATABASE_IN_USE',
    message: expect.stringContaining('process 7 on web-1 (https://gantry.example) works on this database since 20'),
    facts: { host: 'web-1', pid: 7, address: 'https://gantry.example' },
  })
  clearInterval(beating)
})

test('one that was killed on this machine is replaced at once', async () => {
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  await new Promise(done => other.once('spawn', done))
  await heldBy({ machine: await thisMachine(), pid: other.pid ?? 0 })
  const ended = new Promise(done => other.once('exit', done))
  other.kill('SIGKILL')
  await ended
  const started = performance.now()
  await (await claim()).release()
  expect(performance.now() - started).toBeLessThan(times.staleAfterMs)
})

test('one that was killed elsewhere is replaced when it was silent for as long as none is, and the wait is said', async () => {
  await heldBy({})
  said.length = 0
  const taken = await claim()
  expect(said).toEqual(['waiting to see whether process 1 on web-1 still lives: it holds this database'])
  await taken.setAddress('http://here')
  expect(await servers.claim({ id: 'third', host: 'h', machine: 'm', pid: 1 }, times)).toMatchObject({
    pid: process.pid,
    address: 'http://here',
  })
  await taken.release()
})

test('a number that another program has by now does not keep a server from starting', async () => {
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  await new Promise(done => other.once('spawn', done))
  await heldBy({ machine: await thisMachine(), pid: other.pid ?? 0 })
  await (await claim()).release()
  other.kill('SIGKILL')
})

test('a server that lost its place is told once, and does not take it back', async () => {
  let lost = 0
  const first = await claim(() => {
    lost++
  })
  expect(await servers.claim({ id: 'next', host: 'h', machine: 'm', pid: 2 }, { staleAfterMs: 0 })).toBeNull()
  await expect.poll(() => lost).toBe(1)
  await sleep(200)
  await first.release()
  expect(lost).toBe(1)
  expect(await servers.beat('next', null)).toBe(true)
})
