import { GantryError } from '@gantry/core'
import { type Database, openQueue, type Queue } from '@gantry/store'
import { embeddedDatabase } from '@gantry/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createHandOver, handedOver } from './hand-over.ts'

let database: Database
let queue: Queue
beforeAll(async () => {
  database = await embeddedDatabase()
  queue = await openQueue(database)
})
afterAll(async () => {
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

function server(name: string) {
  const hand = createHandOver('shop', queue)
  return { hand, desk: handedOver(new Desk(name), 'desk', ['deploy', 'nothing'], hand) }
}

test('what is asked of any server is carried out where the project is worked on, and waits while that changes', async () => {
  const [a, b] = [server('a'), server('b')]
  const waiting = b.desk.deploy({ release: 'early' })
  const end = await a.hand.begin()
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

  await end()
  expect(a.hand.isOurs()).toBe(false)
  const later = a.desk.deploy({ release: 'later' })
  const endThere = await b.hand.begin()
  expect(await later).toEqual({ by: 'b', did: ['later'] })
  await endThere()
})
