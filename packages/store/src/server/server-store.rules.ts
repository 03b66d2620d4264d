import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Rules } from '../testing/each-database.ts'

const first = { id: 'a', host: 'web-1', machine: 'm1', pid: 7 }
const second = { id: 'b', host: 'web-2', machine: 'm2', pid: 7 }
const limits = { staleAfterMs: 60_000 }

export const serverRules: Rules = {
  'is one server’s at a time, who is named to the other, until it is released': async current => {
    const { servers } = current.store
    expect(await servers.claim(first, limits)).toBeNull()
    expect(await servers.claim(first, limits)).toBeNull()
    expect(await servers.beat('a', 'http://127.0.0.1:4400')).toBe(true)
    const holder = await servers.claim(second, limits)
    expect(holder).toMatchObject({ ...first, address: 'http://127.0.0.1:4400', startedAt: expect.any(String) })
    expect(holder?.silentMs).toBeLessThan(10_000)
    await servers.release('b')
    expect(await servers.claim(second, limits)).toMatchObject(first)
    await servers.release('a')
    expect(await servers.claim(second, limits)).toBeNull()
    await servers.release('b')
  },

  'of two that ask at once one gets it': async current => {
    const { servers } = current.store
    const asked = await Promise.all([servers.claim(first, limits), servers.claim(second, limits)])
    expect(asked.filter(holder => holder === null)).toHaveLength(1)
    await Promise.all([servers.release('a'), servers.release('b')])
  },

  'is taken from one that is silent, or known to be gone, and that one is told when it comes back': async current => {
    const { servers } = current.store
    expect(await servers.claim(first, limits)).toBeNull()
    expect(await servers.claim(second, { ...limits, evict: 'c' })).toMatchObject(first)
    expect(await servers.claim(second, { ...limits, evict: 'a' })).toBeNull()
    expect(await servers.beat('a', null)).toBe(false)
    await sleep(50)
    expect(await servers.claim(first, { staleAfterMs: 20 })).toBeNull()
    expect(await servers.beat('b', null)).toBe(false)
    await servers.release('a')
  },
}
