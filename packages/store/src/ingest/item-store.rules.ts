import { randomBytes } from 'node:crypto'
import type { NewItem } from '@gantry/core'
import { expect } from 'vitest'
import type { Rules } from '../testing/each-database.ts'

const at = (second: number) => new Date(Date.UTC(2026, 11, 4, 10, 0, second)).toISOString()

const item = (id: string, over: Partial<NewItem> = {}): NewItem => ({
  ...{ id, project: 'shop', at: at(1), receivedAt: at(2), kind: 'attachment', type: 'attachment', name: 'a.txt' },
  ...{ eventId: null, traceId: null, service: 'web', environment: null, release: null, facts: {} },
  content: Buffer.from('hello'),
  ...over,
})

export const itemRules: Rules = {
  'keeps items to the byte, and lists them by kind, event and trace, the newest first': async current => {
    const { items } = current.store
    const bytes = Buffer.concat([randomBytes(100_000), Buffer.from([0, 255, 92])])
    const facts = { contentType: 'text/plain', odd: 'a\u0000"\\{},', seconds: 1.5, none: null, is: true }
    await items.keep([
      item('1', { eventId: 'e1', content: bytes, facts }),
      item('2', { kind: 'span', type: 'span', traceId: 't1', at: at(5), name: null }),
      item('3', { kind: 'span', type: 'transaction', traceId: 't1', at: at(7), content: Buffer.alloc(0) }),
      item('4', { project: 'blog', eventId: 'e1' }),
    ])
    await items.keep([item('1', { name: 'again' })])
    const ids = async (query: Parameters<typeof items.list>[1]) => (await items.list('shop', query)).map(({ id }) => id)
    expect(await ids({ limit: 10 })).toEqual(['3', '2', '1'])
    expect(await ids({ kind: 'span', limit: 1 })).toEqual(['3'])
    expect(await ids({ eventId: 'e1', limit: 10 })).toEqual(['1'])
    expect(await ids({ traceId: 't1', limit: 10 })).toEqual(['3', '2'])
    const kept = await items.get('shop', '1')
    expect(Buffer.from(kept?.content ?? []).equals(bytes)).toBe(true)
    const { content: _, ...facts1 } = item('1', { eventId: 'e1' })
    expect(kept?.item).toEqual({ ...facts1, facts: { ...facts, odd: 'a\uFFFD"\\{},' }, size: bytes.length })
    expect((await items.get('shop', '3'))?.content).toHaveLength(0)
    const contents = await items.contents('shop', ['1', '3', '4', 'none'])
    expect([...contents].map(([id, { length }]) => [id, length]).toSorted()).toEqual([
      ['1', bytes.length],
      ['3', 0],
    ])
    expect(await items.contents('shop', [])).toEqual(new Map())
    expect(await items.get('shop', '4')).toBeNull()
  },
}
