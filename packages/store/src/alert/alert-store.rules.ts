import type { Alert, Notice, TrafficSample } from '@gantry/core'
import { expect } from 'vitest'
import { forgetOld } from '../maintain/maintain.ts'
import type { Rules } from '../testing/each-database.ts'

const at = (second: number, ms = 0) => new Date(Date.UTC(2026, 2, 1, 8, 0, second, ms)).toISOString()
const sample = (second: number, change: Partial<TrafficSample> = {}): TrafficSample => ({
  project: 'shop',
  environment: 'production',
  service: 'backend',
  release: 'r1',
  at: at(second),
  requests: 10,
  failures: 1,
  errors: 0,
  ...change,
})

const alert = (id: string, change: Partial<Alert> = {}): Alert => ({
  id,
  project: 'shop',
  rule: 'error-spike',
  key: 'error-spike production backend',
  state: 'pending',
  severity: 'critical',
  environment: 'production',
  service: 'backend',
  release: null,
  summary: 'Errors are 4x what they were',
  since: at(1),
  firedAt: null,
  resolvedAt: null,
  incident: null,
  ...change,
})

const notice = (kind: Notice['kind']): Notice => ({
  kind,
  dedupKey: 'gantry-told-t1',
  project: 'told',
  severity: 'info',
  title: 'ci.yml: took 3 min',
  environment: 'CI',
  service: null,
  release: null,
  incident: null,
  at: at(1),
  url: 'http://gantry.example/runs/metrics',
  runbookUrl: null,
  by: null,
})

export const alertRules: Rules = {
  'adds to the counts of the same second, in one call or several': async current => {
    const { alerts } = current.store
    await alerts.addTraffic([sample(1), sample(1, { at: at(1, 900) }), sample(2)])
    await alerts.addTraffic([sample(1, { errors: 5 }), sample(3, { release: 'r2' })])
    await alerts.addTraffic([])
    const window = { environment: 'production', from: at(1), to: at(3) }
    const sums = { service: 'backend', release: 'r1', requests: 40, failures: 4, errors: 5 }
    expect(await alerts.traffic('shop', window)).toEqual([sums])
    expect(await alerts.traffic('shop', { ...window, to: at(4) })).toHaveLength(2)
    expect(await alerts.traffic('shop', { ...window, to: at(4), release: 'r2', service: 'backend' })).toHaveLength(1)
    expect(await alerts.traffic('shop', { ...window, environment: 'staging' })).toEqual([])
  },

  'sums per bucket, oldest first, and leaves out those without a row': async current => {
    const { alerts } = current.store
    await alerts.addTraffic([0, 9, 10, 35].map(second => sample(second, { project: 'series' })))
    const window = { environment: 'production', from: at(0), to: at(60), bucketMs: 10_000 }
    expect(await alerts.trafficSeries('series', window)).toEqual(
      [
        [0, 20],
        [10, 10],
        [30, 10],
      ].map(([second = 0, requests = 0]) => ({
        at: at(second),
        service: 'backend',
        release: 'r1',
        requests,
        failures: requests / 10,
        errors: 0,
      })),
    )
  },

  'loses no count when many write the same rows at once, in any order': async current => {
    const { alerts } = current.store
    const samples = Array.from({ length: 20 }, (_, second) => sample(second, { project: 'crowd' }))
    await Promise.all(
      Array.from({ length: 10 }, (_, index) => alerts.addTraffic(index % 2 ? samples : samples.toReversed())),
    )
    const [sums] = await alerts.traffic('crowd', { environment: 'production', from: at(0), to: at(60) })
    expect(sums).toMatchObject({ requests: 2000, failures: 200 })
  },

  'answers the alerts that are not resolved, as saved last': async current => {
    const { alerts } = current.store
    await alerts.save(alert('a1'))
    await alerts.save(alert('a2', { since: at(0) }))
    const firing = alert('a1', { state: 'firing', firedAt: at(5), incident: 1 })
    await alerts.save(firing)
    expect(await alerts.open('shop')).toEqual([alert('a2', { since: at(0) }), firing])
    await alerts.save(alert('a2', { state: 'resolved', resolvedAt: at(9) }))
    expect(await alerts.open('shop')).toEqual([firing])
    expect(await alerts.open('blog')).toEqual([])
  },

  'saves an alert with its notices once, however many see it at once': async current => {
    const { alerts, outbox } = current.store
    const told = (change: Partial<Alert>) =>
      alerts.saveAndTell(alert('t1', { project: 'told', state: 'firing', ...change }), [
        { channel: 'slack:#dev', notice: notice(change.state === 'resolved' ? 'alert-resolved' : 'alert-firing') },
      ])
    const answers = await Promise.all([told({}), told({}), told({ id: 't2' })])
    expect(answers.filter(Boolean)).toHaveLength(1)
    expect(await told({})).toBe(false)
    const [open, ...others] = await alerts.open('told')
    expect(others).toEqual([])
    expect(await told({ id: open?.id ?? '', state: 'resolved' })).toBe(true)
    expect(await told({ id: open?.id ?? '', state: 'resolved' })).toBe(false)
    expect(await alerts.open('told')).toEqual([])
    const first = await outbox.claim(at(60), 1, 100)
    expect(first.filter(({ project }) => project === 'told').map(({ notice: { kind } }) => kind)).toEqual([
      'alert-firing',
    ])
    for (const { id } of first) await outbox.sent(id, at(60))
    const then = await outbox.claim(at(60), 1, 100)
    expect(then.map(({ notice: { kind } }) => kind)).toEqual(['alert-resolved'])
    for (const { id } of then) await outbox.sent(id, at(60))
  },

  'forgets alerts that are over and notices that went out, not what stands or waits': async current => {
    const { alerts, outbox } = current.store
    const over = (id: string, second: number) =>
      alert(id, { project: 'past', state: 'resolved', since: at(1), resolvedAt: at(second) })
    for (const one of [over('p1', 2), over('p2', 50), alert('p3', { project: 'past', since: at(1) })]) {
      await alerts.save(one)
    }
    const rows = ['sent', 'waits', 'of an incident'].map(title => ({
      project: 'past',
      channel: title,
      notice: { ...notice('alert-firing'), title, incident: title === 'of an incident' ? 7 : null },
    }))
    await outbox.add(rows)
    const claimed = await outbox.claim(at(60), 1, 100)
    for (const { id, channel } of claimed) if (channel !== 'waits') await outbox.sent(id, at(60))
    await forgetOld(current.database, 'elsewhere', { notices: at(99) })
    await forgetOld(current.database, 'past', { notices: at(40) })
    const left = async (text: string) =>
      (await current.database.session(session => session.query(text, []))).rows.flat()
    expect(await left("select id from gantry.alerts where project = 'past' order by id")).toEqual(['p2', 'p3'])
    expect(await left("select channel from gantry.outbox where project = 'past' order by id")).toEqual([
      'waits',
      'of an incident',
    ])
  },
}
