import { freshForward, type NewForward } from '@gantry/core'
import { expect } from 'vitest'
import type { Rules } from '../testing/each-database.ts'

const at = (second: number) => new Date(Date.UTC(2026, 10, 28, 12, 0, second)).toISOString()
const row = (text: string, over: Partial<NewForward> = {}): NewForward => ({
  ...{ project: 'shop', forward: 'paid', queuedAt: at(1), quantity: 2, categories: ['error'], body: Buffer.from(text) },
  ...over,
})
const claim = (second: number, over: { rows?: number; bytes?: number; except?: string[] } = {}) => ({
  ...{ now: at(second), leaseMs: 10_000, rows: 10, bytes: 1_000_000, except: [] },
  ...over,
})

export const forwardRules: Rules = {
  'hands out what waits in its order, to one at a time, and again when a lease is over': async current => {
    const { forwards } = current.store
    await Promise.all([
      forwards.add([row('1'), row('2', { categories: ['session', 'transaction'] })]),
      forwards.add([]),
    ])
    await forwards.add([row('3'), row('x', { forward: 'other' }), row('y', { project: 'blog' })])
    const texts = async (second: number, over = {}) =>
      (await forwards.claim('shop', 'paid', claim(second, over))).map(({ body }) => Buffer.from(body).toString())
    expect(await texts(2, { except: ['transaction'] })).toEqual(['1', '3'])
    expect(await texts(3, { rows: 1 })).toEqual(['2'])
    expect(await texts(4)).toEqual([])
    // Whoever had them is gone.
    expect(await texts(12)).toEqual(['1', '3'])
    expect(await Promise.all(['paid', 'none'].map(name => forwards.isWaiting('shop', name)))).toEqual([true, false])
    expect(await forwards.waiting('shop')).toMatchObject([
      { forward: 'other', quantity: 2, oldestAt: at(1) },
      { forward: 'paid', quantity: 6, bytes: expect.any(Number) },
    ])
  },

  'hands out as much as is asked for together, and one at least': async current => {
    const { forwards } = current.store
    const texts = ['a', 'b', 'c', 'd'].map(text => text.repeat(100))
    for (const text of texts) await forwards.add([row(text, { forward: 'large' })])
    const claimed = async (second: number, bytes: number) =>
      (await forwards.claim('shop', 'large', claim(second, { bytes }))).map(({ body }) => Buffer.from(body).toString())
    expect(await claimed(2, 150)).toEqual(texts.slice(0, 2))
    expect(await claimed(3, 1)).toEqual(texts.slice(2, 3))
  },

  'forgets what was sent and hands out the rest at once, with how it stands and the counts': async current => {
    const { forwards } = current.store
    await forwards.add([row('1', { forward: 'settled' }), row('2', { forward: 'settled' })])
    const [first, second] = await forwards.claim('shop', 'settled', claim(2))
    const state = { ...freshForward, failures: 3, pausedUntil: at(9), limits: { error: at(8) } }
    for (const failures of [2, 3])
      await forwards.settle('shop', 'settled', {
        ...{ done: [first?.id ?? ''], back: [second?.id ?? ''], state: { ...state, failures }, at: at(3) },
        counts: [
          { forward: 'settled', outcome: 'sent', reason: '', quantity: 2 },
          { forward: 'settled', outcome: 'dropped', reason: 'refused', quantity: 1 },
        ],
      })
    expect(await forwards.states('shop')).toEqual([{ forward: 'settled', state }])
    expect((await forwards.claim('shop', 'settled', claim(4))).map(({ id }) => id)).toEqual([second?.id])
    const counts = (await forwards.counts('shop', at(0).replace('12:00', '11:00'))).filter(
      of => of.forward === 'settled',
    )
    expect(counts).toEqual([
      { forward: 'settled', outcome: 'sent', reason: '', quantity: 4 },
      { forward: 'settled', outcome: 'dropped', reason: 'refused', quantity: 2 },
    ])
    expect(await forwards.counts('shop', at(0).replace('12:00', '13:00'))).toEqual([])
  },

  'drops what waits too long, then the oldest of what is too much, and says how many': async current => {
    const { forwards } = current.store
    const large = (text: string, second: number) =>
      row(text, { forward: 'full', queuedAt: at(second), body: Buffer.from(text.repeat(10)) })
    await forwards.add([large('old', 1), large('early', 5), large('late', 6)])
    const bytes = (await forwards.waiting('shop')).find(({ forward }) => forward === 'full')?.bytes ?? 0
    expect(await forwards.trim('shop', 'full', { before: at(2), bytes: Math.floor(bytes / 2), at: at(7) })).toBe(4)
    const left = await forwards.claim('shop', 'full', claim(8))
    expect(left.map(({ queuedAt }) => queuedAt)).toEqual([at(6)])
    const state = { ...freshForward, failures: 1 }
    await forwards.settle('shop', 'full', { done: [], back: [], counts: [], state, at: at(8) })
    await forwards.remove('shop', 'full', at(9))
    expect((await forwards.states('shop')).map(({ forward }) => forward)).not.toContain('full')
    const counts = (await forwards.counts('shop', at(0).replace('12:00', '11:00'))).filter(of => of.forward === 'full')
    expect(counts).toEqual(
      ['queue-full', 'removed', 'too-old'].map(reason => ({
        forward: 'full',
        outcome: 'dropped',
        reason,
        quantity: 2,
      })),
    )
    expect((await forwards.waiting('shop')).map(({ forward }) => forward)).not.toContain('full')
  },
}
