import type { Notice, OutboxRow } from '@gantry/core'
import { expect } from 'vitest'
import type { Current, Rules } from '../testing/each-database.ts'

const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 8, 0, second)).toISOString()
const row = (second: number, title: string, { dedupKey = title, channel = 'slack', project = 'shop' } = {}) => ({
  project,
  channel,
  notice: {
    kind: 'test',
    dedupKey,
    project,
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

const claimed = ({ store }: Current, second: number, limit = 10) => store.outbox.claim(at(second), 5000, limit)
const titlesOf = (rows: OutboxRow[]) => rows.map(({ notice }) => notice.title)
const titles = async (current: Current, second: number, limit = 10) => titlesOf(await claimed(current, second, limit))
const idOf = (rows: OutboxRow[], title: string) => {
  const found = rows.find(({ notice }) => notice.title === title)
  if (!found) throw new Error(`${title} was not handed out; ${titlesOf(rows).join(', ') || 'nothing'} was`)
  return found.id
}

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

  'takes back what nobody needs, unless it went out already': async current => {
    const { outbox } = current.store
    await outbox.add([row(-2, 'unneeded'), row(-1, 'went out')])
    const due = await outbox.claim(at(-1), 5000, 10)
    await outbox.sent(idOf(due, 'went out'), at(-1))
    for (const { id } of due) await outbox.unneeded(id)
    const left = await outbox.claim(at(-1), 0, 10)
    expect(left).toEqual([])
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
    const later = await claimed(current, 59)
    expect(titlesOf(later)).toEqual(['later'])
    await outbox.sent(idOf(later, 'later'), at(59))
  },

  'never hands out a resolve while its trigger waits for another try': async current => {
    const { outbox } = current.store
    const one = { dedupKey: 'incident-1' }
    await outbox.add([row(0, 'trigger', one)])
    const first = await claimed(current, 60)
    await outbox.failed(idOf(first, 'trigger'), { error: 'status 503', nextAt: at(90) })
    await outbox.add([row(1, 'resolve', one)])
    expect(await titles(current, 70)).toEqual([])
    const again = await claimed(current, 90)
    expect(titlesOf(again)).toEqual(['trigger'])
    await outbox.sent(idOf(again, 'trigger'), at(91))
    const last = await claimed(current, 91)
    expect(last).toMatchObject([{ notice: { title: 'resolve' }, attempts: 0, lastError: null, nextAt: at(1) }])
    await outbox.sent(idOf(last, 'resolve'), at(92))
  },

  'never hands out a resolve while somebody sends its trigger, nor once that lease has ended': async current => {
    const { outbox } = current.store
    const one = { dedupKey: 'incident-2' }
    await outbox.add([row(0, 'trigger', one), row(0, 'acknowledge', one), row(0, 'resolve', one)])
    expect(await titles(current, 100)).toEqual(['trigger'])
    expect(await titles(current, 101)).toEqual([])
    const again = await claimed(current, 106)
    expect(titlesOf(again)).toEqual(['trigger'])
    await outbox.sent(idOf(again, 'trigger'), at(107))
    const second = await claimed(current, 107)
    expect(titlesOf(second)).toEqual(['acknowledge'])
    await outbox.failed(idOf(second, 'acknowledge'), { error: 'status 400', nextAt: null })
    const third = await claimed(current, 108)
    expect(third).toMatchObject([{ notice: { title: 'resolve' }, attempts: 0 }])
    await outbox.sent(idOf(third, 'resolve'), at(109))
  },

  'one channel, incident or project does not hold up another': async current => {
    const { outbox } = current.store
    await outbox.add([
      row(0, 'trigger', { dedupKey: 'i', channel: 'pagerduty' }),
      row(0, 'resolve', { dedupKey: 'i', channel: 'pagerduty' }),
      row(0, 'elsewhere', { dedupKey: 'i', channel: 'slack' }),
      row(0, 'another', { dedupKey: 'j', channel: 'pagerduty' }),
      row(0, 'foreign', { dedupKey: 'i', channel: 'pagerduty', project: 'blog' }),
    ])
    const rows = await claimed(current, 120)
    expect(titlesOf(rows)).toEqual(['trigger', 'elsewhere', 'another', 'foreign'])
    for (const { id } of rows) await outbox.sent(id, at(121))
    const rest = await claimed(current, 122)
    expect(titlesOf(rest)).toEqual(['resolve'])
    await outbox.sent(idOf(rest, 'resolve'), at(123))
  },

  'keeps the order of every incident however many ask at once, and hands no row out twice': async current => {
    const { outbox } = current.store
    const lanes = 8
    const each = 5
    await outbox.add(
      Array.from({ length: lanes * each }, (_, index) => row(0, `${index}`, { dedupKey: `lane-${index % lanes}` })),
    )
    const handed: number[] = []
    const sender = async () => {
      for (let rows = await claimed(current, 200, 2); rows.length > 0; rows = await claimed(current, 200, 2)) {
        for (const { id, notice } of rows) {
          handed.push(Number(notice.title))
          await outbox.sent(id, at(200))
        }
      }
    }
    // A sender may find nothing because others hold the heads; one more takes what is left.
    await Promise.all(Array.from({ length: 6 }, sender))
    await sender()
    expect(new Set(handed).size).toBe(lanes * each)
    expect(handed).toHaveLength(lanes * each)
    for (let lane = 0; lane < lanes; lane++) {
      const own = handed.filter(index => index % lanes === lane)
      expect(own).toEqual(own.toSorted((a, b) => a - b))
    }
  },

  'never hands one row to two who ask at once': async current => {
    await current.store.outbox.add(Array.from({ length: 30 }, (_, index) => row(0, `x${index}`)))
    const asked = await Promise.all(Array.from({ length: 6 }, () => titles(current, 300, 10)))
    const handed = asked.flat()
    expect(handed).toHaveLength(30)
    expect(new Set(handed).size).toBe(30)
  },

  'knows when something is due next: the oldest of its kind, when its next try or its lease comes': async current => {
    const { outbox } = current.store
    const of = { project: 'due', dedupKey: 'one' }
    expect(await outbox.nextDue('due')).toBeNull()
    await outbox.add([row(400, 'trigger', of), row(401, 'resolve', of), row(500, 'later', { project: 'due' })])
    await outbox.add([row(1, 'foreign', { project: 'due elsewhere' })])
    expect(await outbox.nextDue('due')).toBe(at(400))
    const claim = (second: number) => outbox.claim(at(second), 60_000, 10, 'due')
    const [trigger] = await claim(410)
    expect(await outbox.nextDue('due')).toBe(at(470))
    await outbox.failed(trigger?.id ?? '', { error: 'status 503', nextAt: at(480) })
    expect(await outbox.nextDue('due')).toBe(at(480))
    await outbox.failed(trigger?.id ?? '', { error: 'status 503', nextAt: null })
    expect(await outbox.nextDue('due')).toBe(at(401))
    for (const { id } of await claim(600)) await outbox.sent(id, at(600))
    expect(await outbox.nextDue('due')).toBeNull()
    for (const { id } of await outbox.claim(at(600), 0, 10, 'due elsewhere')) await outbox.sent(id, at(600))
  },

  'knows of each channel what it was told last, and what became of a notice by its key': async current => {
    const { outbox } = current.store
    const of = { project: 'looked-at' }
    await outbox.add([row(0, 'first', of), row(1, 'second', of), row(2, 'other', { ...of, channel: 'webhook' })])
    await outbox.add([row(3, 'foreign', { project: 'blog' })])
    expect(titlesOf(await outbox.newest('looked-at'))).toEqual(['second', 'other'])
    expect(titlesOf(await outbox.ofKey('looked-at', 'first'))).toEqual(['first'])
    expect(await outbox.ofKey('looked-at', 'foreign')).toEqual([])
  },
}
