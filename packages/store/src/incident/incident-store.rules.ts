import type { Incident, IncidentEntry, Notice } from '@gantry/core'
import { expect } from 'vitest'
import type { Rules } from '../testing/each-database.ts'

const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 8, 0, second)).toISOString()
const incident = (number: number, change: Partial<Incident> = {}): Incident => ({
  number,
  project: 'shop',
  key: `key-${number}`,
  state: 'open',
  severity: 'critical',
  title: 'Errors after r2',
  environment: 'production',
  service: 'backend',
  release: 'r2',
  runbook: null,
  openedAt: at(number),
  acknowledgedAt: null,
  acknowledgedBy: null,
  resolvedAt: null,
  resolvedBy: null,
  ticked: [],
  version: 1,
  ...change,
})
const entry = (text: string): Omit<IncidentEntry, 'id'> => ({ at: at(1), kind: 'note', actor: 'ada', text, link: null })
const notice = (number: number, kind: Notice['kind'] = 'opened'): Notice => ({
  kind,
  dedupKey: `shop-${number}`,
  project: 'shop',
  severity: 'critical',
  title: 'Errors after r2',
  environment: 'production',
  service: 'backend',
  release: 'r2',
  incident: number,
  at: at(number),
  url: 'http://localhost/incidents/1',
  runbookUrl: null,
  by: null,
})
const word = (number: number, channel = 'slack', kind: Notice['kind'] = 'opened') => ({
  channel,
  notice: notice(number, kind),
})

export const incidentRules: Rules = {
  'stores an incident, its entries and its notices together': async current => {
    const { incidents, outbox } = current.store
    const number = await incidents.nextNumber('shop')
    const opened = incident(number)
    expect(
      await incidents.apply({ incident: opened, entries: [entry('a'), entry('b')], notices: [word(number)] }),
    ).toEqual(opened)
    expect(await incidents.get('shop', number)).toEqual(opened)
    expect((await incidents.entries('shop', number)).map(({ text }) => text)).toEqual(['a', 'b'])
    expect(await outbox.forIncident('shop', number)).toEqual([
      {
        id: expect.any(String),
        project: 'shop',
        channel: 'slack',
        notice: notice(number),
        state: 'pending',
        attempts: 0,
        nextAt: at(number),
        lastError: null,
        createdAt: at(number),
        sentAt: null,
      },
    ])
  },

  'refuses a change of an older version, with everything that came along': async current => {
    const { incidents, outbox } = current.store
    const acknowledged = incident(1, { state: 'acknowledged', acknowledgedBy: 'ada' })
    const change = { incident: acknowledged, entries: [entry('c')], notices: [word(1, 'slack', 'acknowledged')] }
    expect(await incidents.apply(change)).toEqual({ ...acknowledged, version: 2 })
    await expect(incidents.apply(change)).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await incidents.entries('shop', 1)).toHaveLength(3)
    expect(await outbox.forIncident('shop', 1)).toHaveLength(2)
  },

  'tells a channel the same word about the same version once': async current => {
    const { incidents, outbox } = current.store
    const notices = [word(2), word(2), word(2, 'email'), word(2, 'slack', 'rolled-back')]
    await incidents.apply({ incident: incident(2), entries: [], notices })
    expect(await outbox.forIncident('shop', 2)).toHaveLength(3)
  },

  'keeps one open incident per key, whoever opens first': async current => {
    const { incidents } = current.store
    const open = (number: number) =>
      incidents.apply({ incident: incident(number, { key: 'same' }), entries: [], notices: [] })
    const ended = await Promise.allSettled([open(3), open(4)])
    expect(ended.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(ended.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'CONFLICT' } })
  },

  'opens another with the key of one that is resolved, and lists newest first': async current => {
    const { incidents } = current.store
    const resolved = incident(5, { key: 'again', state: 'resolved' })
    await incidents.apply({ incident: resolved, entries: [], notices: [] })
    await incidents.apply({ incident: incident(6, { key: 'again' }), entries: [], notices: [] })
    expect(await incidents.get('shop', 5)).toEqual(resolved)
    const numbers = async (filter: object) => (await incidents.list('shop', filter)).map(({ number }) => number)
    expect((await numbers({})).slice(0, 2)).toEqual([6, 5])
    expect(await numbers({ state: 'open', limit: 1 })).toEqual([6])
    expect(await numbers({ state: 'open' })).not.toContain(5)
  },

  'adds an entry of its own': async current => {
    const added = await current.store.incidents.addEntry('shop', 6, { ...entry('seen'), link: '/issues/1' })
    expect(await current.store.incidents.entries('shop', 6)).toEqual([added])
  },
}
