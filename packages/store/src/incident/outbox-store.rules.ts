import type { Notice } from '@gantry/core'
import { expect } from 'vitest'
import type { Current, Rules } from '../testing/each-database.ts'

const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 8, 0, second)).toISOString()
const row = (second: number, title: string) => ({
  project: 'shop',
  channel: 'slack',
  notice: {
    kind: 'test',
    dedupKey: 'same',
    project: 'shop',
    severity: 'info',
    title,
    environment: 'production',
    service: null,
    release: null,
    incident: null,
    at: at(second),
    url: 'http://localhost/',
    runbookUrl: null,
    by: null,
  } satisfies Notice,
})

const titles = async ({ store }: Current, second: number, limit = 10) =>
  (await store.outbox.claim(at(second), 5000, limit)).map(({ notice }) => notice.title)

export const outboxRules: Rules = {
  'hands out what is due, oldest first, and to nobody else until the lease ends': async current => {
    const { outbox } = current.store
    await outbox.add([])
    await outbox.add([row(0, 'a'), row(1, 'b'), row(30, 'later')])
    expect(await titles(current, 2, 1)).toEqual(['a'])
    expect(await titles(current, 2)).toEqual(['b'])
    expect(await titles(current, 3)).toEqual([])
    expect(await titles(current, 8)).toEqual(['a', 'b'])
  },

  'tries again when told, gives up when told, and forgets what arrived': async current => {
    const { outbox } = current.store
    const [a, b] = await outbox.claim(at(20), 5000, 10)
    await outbox.failed(a?.id ?? '', { error: 'timeout', nextAt: at(25) })
    await outbox.sent(b?.id ?? '', at(21))
    await outbox.failed(b?.id ?? '', { error: 'too late', nextAt: null })
    expect(await titles(current, 24)).toEqual([])
    const [again] = await outbox.claim(at(26), 5000, 10)
    expect(again).toMatchObject({ notice: { title: 'a' }, attempts: 1, lastError: 'timeout', nextAt: at(25) })
    await outbox.failed(again?.id ?? '', { error: 'gone', nextAt: null })
    expect(await titles(current, 29)).toEqual([])
    expect(await titles(current, 59)).toEqual(['later'])
  },

  'never hands one row to two who ask at once': async current => {
    await current.store.outbox.add(Array.from({ length: 30 }, (_, index) => row(0, `x${index}`)))
    const asked = await Promise.all(Array.from({ length: 6 }, () => titles(current, 40, 10)))
    const handed = asked.flat().filter(title => title !== 'later')
    expect(handed).toHaveLength(30)
    expect(new Set(handed).size).toBe(30)
  },
}
