import { setTimeout as sleep } from 'node:timers/promises'
import type { LeaseStore } from '@gantry/core'
import { type Database, storeOn } from '@gantry/store'
import { embeddedDatabase } from '@gantry/store/testing'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startDuty } from './duty.ts'
import { type HeldLeases, holdLeases } from './held-leases.ts'

let database: Database
let leases: LeaseStore
beforeAll(async () => {
  database = await embeddedDatabase()
  leases = storeOn(database).leases
})
afterAll(() => database.close())

const times = { ttlMs: 60_000, renewEveryMs: 40 }
const work = { project: 'shop', kind: 'run', name: 'r1' }
const errors: unknown[] = []
const onError = (cause: unknown) => void errors.push(cause)
const open: HeldLeases[] = []
function of(owner: string, store = leases): HeldLeases {
  const made = holdLeases({ leases: store, owner, onError, times })
  open.push(made)
  return made
}
afterEach(async () => {
  await Promise.all(open.splice(0).map(one => one.stop()))
  await database.exec('delete from gantry.leases')
})

const until = async (isSo: () => boolean | Promise<boolean>) => {
  for (let waitedMs = 0; !(await isSo()); waitedMs += 10) {
    if (waitedMs > 30_000) throw new Error('it did not come to that')
    await sleep(10)
  }
}

test('is renewed for as long as the process lives, and free at once when it is given back', async () => {
  const [a, b] = [of('a'), of('b')]
  const held = await a.claim(work)
  const first = (await leases.held())[0]?.until ?? ''
  await until(async () => ((await leases.held())[0]?.until ?? '') > first)
  expect(await b.claim(work)).toBeNull()
  expect(held?.lost.aborted).toBe(false)
  await held?.release()
  expect(await b.claim(work)).toMatchObject({ lease: { owner: 'b' } })
})

test('that another process took is lost to its owner, and the others of that owner are not', async () => {
  const a = of('a')
  const lost = await a.claim(work)
  const kept = await a.claim({ ...work, name: 'r2' })
  await database.exec(
    `update gantry.leases set version = nextval('gantry.lease_versions'), owner = 'b' where name = 'r1'`,
  )
  await until(() => lost?.lost.aborted === true)
  expect(kept?.lost.aborted).toBe(false)
  await lost?.release()
  expect((await leases.held()).map(({ name, owner }) => [name, owner])).toEqual([
    ['r2', 'a'],
    ['r1', 'b'],
  ])
  await leases.releaseAll('b')
})

test('is lost when the database does not answer for as long as a lease lasts', async () => {
  let isReachable = true
  const cut: LeaseStore = {
    ...leases,
    renew: (...asked) => (isReachable ? leases.renew(...asked) : new Promise(() => {})),
  }
  const made = holdLeases({ leases: cut, owner: 'a', onError, times: { ttlMs: 200, renewEveryMs: 20 } })
  const beganMs = performance.now()
  const held = await made.claim(work)
  isReachable = false
  await until(() => held?.lost.aborted === true)
  expect(performance.now() - beganMs).toBeGreaterThanOrEqual(200)
})

test('its owner is sure of it until another may have it, also before it could notice', async () => {
  let nowMs = 1_000
  const quiet = { ttlMs: 15_000, renewEveryMs: 3_600_000 }
  const parts = { leases, onError, times: quiet, monotonicMs: () => nowMs }
  const [made, alone] = [holdLeases({ ...parts, owner: 'a' }), holdLeases({ ...parts, owner: 'b', isAlone: true })]
  open.push(made, alone)
  const held = await made.claim(work)
  const own = await alone.claim({ ...work, name: 'r2' })
  nowMs += 14_999
  expect([held?.isSure(), own?.isSure()]).toEqual([true, true])
  nowMs += 1
  expect([held?.isSure(), own?.isSure()]).toEqual([false, true])
  await own?.release()
  expect(own?.isSure()).toBe(false)
})

test('a process that stops gives back all it holds and claims nothing more', async () => {
  const a = of('a')
  const held = await a.claim(work)
  await a.claim({ ...work, name: 'r2' })
  await a.stop()
  expect(held?.lost.aborted).toBe(true)
  expect(await leases.held()).toEqual([])
  expect(await a.claim(work)).toBeNull()
})

test('a duty is done by one process at a time, goes over at once when that one stops, and is never done by two', async () => {
  const doing = new Set<string>()
  let most = 0
  const dutyOf = (owner: string) =>
    startDuty(
      work,
      async () => {
        doing.add(owner)
        most = Math.max(most, doing.size)
        return async () => void doing.delete(owner)
      },
      { leases: of(owner), askEveryMs: 20, onError },
    )
  const duties = new Map(['a', 'b', 'c'].map(owner => [owner, dutyOf(owner)]))
  for (let left = duties.size; left > 0; left--) {
    await until(() => doing.size === 1)
    const [owner = ''] = doing
    expect(duties.get(owner)?.isOurs()).toBe(true)
    await duties.get(owner)?.stop()
    expect(doing.has(owner)).toBe(false)
  }
  expect(most).toBe(1)
  expect(errors).toEqual([])
})

test('a duty that is lost ends here, and is asked for again', async () => {
  const said: string[] = []
  const begin = async () => {
    said.push('begun')
    return async () => void said.push('ended')
  }
  const duty = startDuty(work, begin, { leases: of('a'), askEveryMs: 20, onError })
  await until(() => said.length === 1)
  await database.exec(`update gantry.leases set version = nextval('gantry.lease_versions'), owner = 'b'`)
  await until(() => said.length === 2)
  await leases.releaseAll('b')
  await until(() => said.length === 3)
  await duty.stop()
  expect(said).toEqual(['begun', 'ended', 'begun', 'ended'])
})

test('a duty that cannot begin is given back for another process', async () => {
  const begin = async () => {
    throw new Error('no room')
  }
  const duty = startDuty(work, begin, { leases: of('a'), askEveryMs: 60_000, onError })
  await until(() => errors.length > 0)
  expect(errors.splice(0)).toMatchObject([{ message: 'no room' }])
  await until(async () => (await leases.held()).length === 0)
  await duty.stop()
})
