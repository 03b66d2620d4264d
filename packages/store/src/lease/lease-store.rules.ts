import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Current, Rules } from '../testing/each-database.ts'
import { requireLease } from './fence.ts'

const work = { project: 'shop', kind: 'run', name: 'r1' }
const minuteMs = 60_000

const expire = (current: Current, version: number) =>
  current.database.exec(`update gantry.leases set until = now() - interval '1 second' where version = ${version}`)

export const leaseRules: Rules = {
  'is one process’s at a time, and refused to its owner too, until it is given back': async ({ store: { leases } }) => {
    const lease = await leases.claim(work, 'a', minuteMs)
    expect(lease).toEqual({ ...work, owner: 'a', version: expect.any(Number) })
    expect(await leases.claim(work, 'b', minuteMs)).toBeNull()
    expect(await leases.claim(work, 'a', minuteMs)).toBeNull()
    if (lease) await leases.release(lease)
    const next = await leases.claim(work, 'b', minuteMs)
    expect(next?.version).toBeGreaterThan(lease?.version ?? Number.POSITIVE_INFINITY)
    if (lease) await leases.release(lease)
    expect(await leases.held({ owner: 'b' })).toHaveLength(1)
    await leases.releaseAll('b')
  },

  'is told apart by project, kind and name, and by belonging to no project': async ({ store: { leases } }) => {
    const works = [
      work,
      { ...work, project: 'other' },
      { ...work, kind: 'job' },
      { ...work, name: 'r2' },
      { ...work, project: null },
    ]
    const claimed = await Promise.all(works.map(one => leases.claim(one, 'a', minuteMs)))
    expect(claimed.filter(lease => lease !== null)).toHaveLength(works.length)
    expect((await leases.held({ project: null })).map(({ project, name }) => [project, name])).toEqual([[null, 'r1']])
    expect(await leases.held({ project: 'shop', kind: 'job' })).toMatchObject([{ ...work, kind: 'job', owner: 'a' }])
    expect(await leases.releaseAll('a')).toBe(works.length)
    expect(await leases.held()).toEqual([])
  },

  'of many that ask at once, also when it ran out, one gets it': async current => {
    const { leases } = current.store
    for (let round = 0; round < 3; round++) {
      const asked = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(owner => leases.claim(work, owner, minuteMs)))
      const [won, ...others] = asked.filter(lease => lease !== null)
      expect(others).toEqual([])
      await expire(current, won?.version ?? 0)
    }
    await leases.prune(0)
  },

  'is taken over when its owner was silent, who learns of it from the next renewal': async current => {
    const { leases } = current.store
    const kept = await leases.claim({ ...work, name: 'kept' }, 'a', minuteMs)
    const lost = await leases.claim({ ...work, name: 'lost' }, 'a', minuteMs)
    const back = await leases.claim({ ...work, name: 'back' }, 'a', minuteMs)
    if (!kept || !lost || !back) throw new Error('a free lease was refused')
    await expire(current, lost.version)
    await expire(current, back.version)
    const taken = await leases.claim({ ...work, name: 'lost' }, 'b', minuteMs)
    expect(taken).toMatchObject({ owner: 'b' })
    const still = await leases.renew([kept, lost, back], minuteMs)
    expect(still.toSorted()).toEqual([kept.version, back.version].toSorted())
    expect(await leases.claim({ ...work, name: 'back' }, 'b', minuteMs)).toBeNull()
    expect(await leases.renew([], minuteMs)).toEqual([])
    await leases.releaseAll('a')
    await leases.releaseAll('b')
  },

  'runs out by the clock of the database, and a renewal puts that off': async ({ store: { leases } }) => {
    const lease = await leases.claim(work, 'a', 150)
    if (!lease) throw new Error('a free lease was refused')
    await leases.renew([lease], minuteMs)
    await sleep(200)
    expect(await leases.claim(work, 'b', minuteMs)).toBeNull()
    await leases.renew([lease], 1)
    await sleep(20)
    expect(await leases.held()).toEqual([])
    expect(await leases.claim(work, 'b', minuteMs)).toMatchObject({ owner: 'b' })
    await leases.releaseAll('b')
  },

  'lets a write through while it is held, and refuses it once another has the work': async current => {
    const { leases } = current.store
    const lease = await leases.claim(work, 'a', minuteMs)
    if (!lease) throw new Error('a free lease was refused')
    const write = () => current.database.transaction(transaction => requireLease(transaction, lease))
    await write()
    await expire(current, lease.version)
    // Nobody took it: what is written is still this owner's.
    await write()
    await leases.claim(work, 'b', minuteMs)
    await expect(write()).rejects.toMatchObject({ code: 'LEASE_LOST', facts: { owner: 'a', name: 'r1' } })
    await leases.releaseAll('b')
    await expect(write()).rejects.toMatchObject({ code: 'LEASE_LOST' })
  },

  'is not taken over in the middle of a write that names it': async current => {
    const { leases } = current.store
    const lease = await leases.claim(work, 'a', 1)
    if (!lease) throw new Error('a free lease was refused')
    await sleep(20)
    const order: string[] = []
    let taking: Promise<unknown> = Promise.resolve()
    await current.database.transaction(async transaction => {
      await requireLease(transaction, lease)
      taking = leases.claim(work, 'b', minuteMs).then(() => order.push('taken over'))
      await sleep(100)
      order.push('written')
    })
    await taking
    expect(order).toEqual(['written', 'taken over'])
    await leases.releaseAll('b')
  },

  'is forgotten when it ran out long ago, and not before': async current => {
    const { leases } = current.store
    const lease = await leases.claim(work, 'a', minuteMs)
    await leases.claim({ ...work, name: 'r2' }, 'a', minuteMs)
    await expire(current, lease?.version ?? 0)
    expect(await leases.prune(minuteMs)).toBe(0)
    expect(await leases.prune(500)).toBe(1)
    expect(await leases.releaseAll('a')).toBe(1)
  },
}
