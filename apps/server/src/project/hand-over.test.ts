import { GantryError, type LeaseStore } from '@gantry/core'
import { type Database, openQueue, type Queue, storeOn } from '@gantry/store'
import { embeddedDatabase } from '@gantry/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ActExchange, createActExchange, projectWork } from '../process/act-exchange.ts'
import { createHandOver, handedOver } from './hand-over.ts'

let database: Database
let queue: Queue
let leases: LeaseStore
const exchanges: ActExchange[] = []
beforeAll(async () => {
  database = await embeddedDatabase()
  queue = await openQueue(database)
  leases = storeOn(database).leases
})
afterAll(async () => {
  await Promise.all(exchanges.map(exchange => exchange.stop()))
  await queue.stop()
  await database.close()
})

class Desk {
  readonly #did: unknown[] = []
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
  async deploy(request: { release: string; fault?: GantryError }): Promise<{ by: string; did: unknown[] }> {
    if (request.fault) throw request.fault
    if (request.release === 'odd') throw new Error('the disk is gone')
    this.#did.push(request.release)
    return { by: this.name, did: this.#did }
  }
  async nothing(): Promise<void> {}
  look(): string {
    return `${this.name}: ${this.#did.join()}`
  }
}

const servers = { list: async () => ['a', 'b', 'c', 'd', 'e'].map(id => ({ id })) }
const hearers: ((body: unknown) => void)[] = []
const bus = {
  hear: (_kind: string, hear: (body: unknown) => void) => void hearers.push(hear),
  say(_kind: string, body: unknown) {
    for (const hear of hearers) hear(body)
    return true
  },
}

/** What servers know of their leases. */
let isSure = true

async function server(name: string) {
  const exchange = createActExchange({ self: name, queue, leases, servers, bus })
  exchanges.push(exchange)
  await exchange.start()
  const hand = createHandOver('shop', exchange)
  const desk = handedOver(new Desk(name), 'desk', ['deploy', 'nothing'], hand)
  return {
    hand,
    desk,
    async begin() {
      const lease = await leases.claim({ project: 'shop', ...projectWork }, name, 60_000)
      if (lease === null) throw new Error(`${name} did not get the project`)
      const end = hand.begin({ isSure: () => isSure })
      return { end, giveBack: () => leases.release(lease) }
    },
  }
}

test('what is asked of any server is carried out where the project is worked on, and waits while that changes', async () => {
  const [a, b] = [await server('a'), await server('b')]
  const waiting = b.desk.deploy({ release: 'early' })
  const ours = await a.begin()
  expect(await waiting).toEqual({ by: 'a', did: ['early'] })
  expect(await a.desk.deploy({ release: 'here' })).toEqual({ by: 'a', did: ['early', 'here'] })
  expect(await b.desk.nothing()).toBeUndefined()
  expect([a.desk.look(), b.desk.look()]).toEqual(['a: early,here', 'b: '])

  const locked = new GantryError('DEPLOY_LOCKED', 'another is under way')
  for (const { desk } of [a, b]) {
    await expect(desk.deploy({ release: 'x', fault: locked })).rejects.toMatchObject({
      code: 'DEPLOY_LOCKED',
      message: 'another is under way',
    })
    await expect(desk.deploy({ release: 'odd' })).rejects.toThrow('the disk is gone')
  }

  // It ended here and holds the lease for a moment more: what is asked then is carried out by neither, until another begins.
  ours.end()
  expect(a.hand.isOurs()).toBe(false)
  const later = [a.desk.deploy({ release: 'later' }), b.desk.deploy({ release: 'too' })]
  await ours.giveBack()
  const theirs = await b.begin()
  expect((await Promise.all(later)).map(({ by }) => by)).toEqual(['b', 'b'])
  theirs.end()
  await theirs.giveBack()
})

test('one that cannot be sure of its lease any more is not asked, and writes nothing', async () => {
  const e = await server('e')
  expect([e.hand.isOurs(), e.hand.mayWrite()]).toEqual([false, true])
  const { end, giveBack } = await e.begin()
  expect([e.hand.isOurs(), e.hand.mayWrite()]).toEqual([true, true])
  isSure = false
  expect([e.hand.isOurs(), e.hand.mayWrite()]).toEqual([false, false])
  isSure = true
  end()
  expect([e.hand.isOurs(), e.hand.mayWrite()]).toEqual([false, true])
  await giveBack()
})

test('what waits for a server that is gone goes to the one that takes its place', async () => {
  await leases.claim({ project: 'shop', ...projectWork }, 'gone', 60_000)
  const c = await server('c')
  const waiting = c.desk.deploy({ release: 'kept' })
  await leases.releaseAll('gone')
  await c.begin()
  expect(await waiting).toEqual({ by: 'c', did: ['kept'] })
  await server('d')
  expect((await queue.names('acts.')).toSorted()).toEqual(['a', 'b', 'c', 'd', 'e'].map(id => `acts.${id}`))
})
