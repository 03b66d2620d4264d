import { setImmediate } from 'node:timers/promises'
import type { FoundKey } from '@gantry/core'
import { expect, test } from 'vitest'
import { UsualRates } from './usual-rates.ts'

const day = 24 * 3_600_000
const nowMs = Date.parse('2026-11-27T12:30:00.000Z')
const key = (id: string, ageMs: number) =>
  ({ id, project: 'shop', createdAt: new Date(nowMs - ageMs).toISOString() }) as FoundKey

const count = (keyId: string, quantity: number, outcome: 'taken' | 'dropped' = 'taken') => ({
  ...{ project: 'shop', protocol: 'sentry', category: 'error', reason: '', keyId, quantity, outcome },
})

test('a spike is many times of what a key usually sends, and never less than what fills nothing', async () => {
  const asked: string[] = []
  const rates = new UsualRates(
    {
      async since(_project, from) {
        asked.push(from)
        return [count('busy', 1_440 * 5_000), count('busy', 9e9, 'dropped'), count('calm', 60), count('young', 9e6)]
      },
    },
    () => expect.unreachable(),
  )
  expect(rates.spikeOf(key('busy', 9 * day), nowMs)).toBeNull()
  await setImmediate()
  expect(rates.spikeOf(key('busy', 9 * day), nowMs)).toBe(50_000)
  expect(rates.spikeOf(key('calm', 9 * day), nowMs)).toBe(10_000)
  expect(rates.spikeOf(key('young', 1_000), nowMs)).toBeNull()
  expect(rates.spikeOf(key('busy', day / 2), nowMs)).toBe(100_000)
  expect(asked).toEqual(['2026-11-26T12:00:00.000Z'])
})

test('what cannot be read limits nobody, and is asked again later', async () => {
  const failures: unknown[] = []
  const rates = new UsualRates({ since: () => Promise.reject(new Error('gone')) }, cause => failures.push(cause))
  rates.spikeOf(key('a', day), nowMs)
  await setImmediate()
  rates.spikeOf(key('a', day), nowMs + 301_000)
  await setImmediate()
  expect(failures).toHaveLength(2)
})
