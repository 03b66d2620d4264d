import { expect, test } from 'vitest'
import type { LedgerRow } from '../ledger/ledger.ts'
import { deliveryFigures } from './delivery-figures.ts'

const at = (day: number, hour = 12) =>
  `2026-11-${String(day).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00.000Z`
const sha = (digit: string) => digit.repeat(40)
const span = { environment: 'production', from: at(1, 0), to: at(15, 0) }
const hour = 3_600_000

/** A ledger as the server writes it: what is asked for, then how it ended. */
class Ledger {
  readonly rows: LedgerRow[] = []

  write(action: LedgerRow['action'], when: string, evidence: Record<string, unknown>): this {
    const seq = this.rows.length + 1
    const row = { seq, project: 'p', at: when, actor: 'x', subject: 's', reason: null, previousHash: '', hash: '' }
    this.rows.push({ ...row, action, evidence })
    return this
  }

  deployed(id: string, when: string, more: { services?: string[]; commits?: string[]; environment?: string } = {}) {
    const { services = ['web'], commits = [], environment = 'production' } = more
    const what = { deployment: id, release: sha(id), environment }
    const brought = commits.map((made, index) => ({ sha: `${id}${index}`, at: made }))
    this.write('deployment.requested', when, { ...what, services, commits: brought })
    return this.write('deployment.live', when, { ...what, settled: [] })
  }

  rolledBack(id: string, to: string, when: string, services = ['web']) {
    const what = { deployment: `back from ${id}`, release: sha(to), environment: 'production' }
    this.write('rollback.requested', when, { ...what, services })
    return this.write('rollback.done', when, { ...what, settled: [id] })
  }

  incident(number: number, release: string, opened: string, resolved?: string, environment = 'production') {
    const what = { incident: number, environment, service: 'web', release: sha(release) }
    this.write('incident.opened', opened, what)
    return resolved === undefined ? this : this.write('incident.resolved', resolved, what)
  }
}

const ledger = new Ledger()
  .deployed('0', '2026-10-20T12:00:00.000Z', { services: ['web', 'api'] })
  .deployed('1', at(2), { commits: [at(1)] })
  .deployed('4', at(3), { environment: 'staging' })
  .deployed('2', at(4))
  .incident(7, '2', at(4, 13), at(6))
  .rolledBack('2', '1', at(4, 14))
  .deployed('3', at(5), { services: ['api'], commits: [at(5, 10), at(3)] })
  .write('deployment.failed', at(7), { deployment: '9', release: sha('9'), environment: 'production' })
  .deployed('4', at(9), { services: ['web', 'api'] })
  .incident(8, '4', at(10))
  .incident(9, '3', at(6), undefined, 'staging')
const figures = deliveryFigures({ ...span, rows: ledger.rows })
const rowsOf = ({ sources }: { sources: { seq: number }[] }) =>
  sources.map(({ seq }) => ledger.rows.find(row => row.seq === seq)?.action)

test('deployments are releases that went live there; rollbacks and what failed are none', () => {
  expect(figures.deploymentsPerWeek).toMatchObject({ value: 2, of: 4, fills: null })
  expect(figures.deploymentsPerWeek.sources.map(({ text }) => text)).toEqual(
    ['4444444', '3333333', '2222222', '1111111'].map(short => `${short} went live`),
  )
  expect(new Set(rowsOf(figures.deploymentsPerWeek))).toEqual(new Set(['deployment.live']))
})

test('lead time is from a commit to when it was live, over all commits that went', () => {
  expect(figures.leadTimeMs).toMatchObject({ value: 24 * hour, of: 3 })
  expect(figures.leadTimeMs.sources.map(({ text }) => text)).toEqual(['2 commits in 3333333', '1 commit in 1111111'])
})

test('a change failed that was rolled back or that an incident is laid to, and the row says which', () => {
  expect(figures.changeFailureShare).toMatchObject({ value: 0.5, of: 4 })
  expect(figures.changeFailureShare.sources.map(({ text }) => text)).toEqual([
    '4444444 is what incident 8 is laid to',
    '2222222 was rolled back',
  ])
  expect(rowsOf(figures.changeFailureShare)).toEqual(['incident.opened', 'rollback.done'])
})

test('it was restored when the rollback was live or the incident resolved, whichever came first', () => {
  expect(figures.timeToRestoreMs).toMatchObject({ value: hour, of: 1 })
})

test('rework comes next after a change that failed', () => {
  expect(figures.reworkShare).toMatchObject({ value: 0.25, of: 4 })
  expect(figures.reworkShare.sources.map(({ text }) => text)).toEqual(['3333333 went live'])
})

test('each service has its own figures, of the changes that changed it', () => {
  const [web, api] = figures.services
  expect([web?.service, web?.deploymentsPerWeek.of, web?.changeFailureShare.value]).toEqual(['web', 3, 2 / 3])
  expect([api?.service, api?.deploymentsPerWeek.of, api?.changeFailureShare.value]).toEqual(['api', 2, 0.5])
  // The change of web that came next after the one that failed.
  expect(web?.reworkShare.sources.map(({ text }) => text)).toEqual(['4444444 went live'])
  expect(api?.reworkShare).toMatchObject({ value: 0, sources: [], fills: null })
  expect(web?.leadTimeMs).toMatchObject({ of: 1, value: 24 * hour })
  expect(api?.timeToRestoreMs.fills).toMatch(/^what failed is not over yet/)
})

test('every day has its deployments, rollbacks and incidents, and the row to look at', () => {
  expect(figures.days).toHaveLength(15)
  const back = ledger.rows.findLast(({ at: when }) => when === at(4, 14))?.seq
  expect(figures.days[3]).toEqual({ day: '2026-11-04', deployments: 1, rollbacks: 1, incidents: 1, seq: back })
  expect(figures.days[0]).toEqual({ day: '2026-11-01', deployments: 0, rollbacks: 0, incidents: 0, seq: null })
})

test('a figure of nothing has no value and says what will fill it', () => {
  const none = deliveryFigures({ ...span, rows: [] })
  const { deploymentsPerWeek, leadTimeMs, changeFailureShare, timeToRestoreMs, reworkShare } = none
  for (const figure of [leadTimeMs, changeFailureShare, timeToRestoreMs, reworkShare])
    expect(figure).toMatchObject({ value: null, of: 0, sources: [] })
  for (const figure of [deploymentsPerWeek, leadTimeMs, changeFailureShare, reworkShare])
    expect(figure.fills).toBe('no release went live in production in this time: the next one that does fills it')
  expect(timeToRestoreMs.fills).toMatch(/^nothing failed in this time/)
  expect([deploymentsPerWeek.value, none.services]).toEqual([0, []])
  const moment = deliveryFigures({ ...span, from: at(1), to: at(1), rows: [] })
  expect([moment.deploymentsPerWeek.value, moment.days]).toEqual([
    null,
    [{ day: '2026-11-01', deployments: 0, rollbacks: 0, incidents: 0, seq: null }],
  ])
})

test('a release whose commits nobody knows has no lead time, and what will fill it is said', () => {
  const { leadTimeMs } = deliveryFigures({ ...span, rows: new Ledger().deployed('1', at(2)).rows })
  expect(leadTimeMs).toMatchObject({ value: null, of: 0, fills: expect.stringMatching(/^nobody knows the commits/) })
})

test('rows that say too little count for nothing, and an incident that came back is not over', () => {
  const rows = new Ledger()
    .write('deployment.live', at(2), { deployment: 'old' })
    .write('incident.resolved', at(2), { incident: 'seven', environment: 'production' })
    .write('rollback.requested', at(2), {})
    .write('deployment.live', at(3), { deployment: 'unasked', release: sha('5'), environment: 'production' })
    .deployed('1', at(4))
    .incident(1, '1', at(4, 13), at(4, 14))
    .write('incident.reopened', at(4, 15), { incident: 1, environment: 'production', service: null, release: sha('1') })
    .write('incident.reopened', at(4, 15), {
      incident: 2,
      environment: 'production',
      service: null,
      release: null,
    }).rows
  const odd = deliveryFigures({ ...span, rows })
  expect([odd.deploymentsPerWeek.of, odd.services.map(({ service }) => service)]).toEqual([2, ['web']])
  expect(odd.timeToRestoreMs).toMatchObject({ value: null, fills: expect.stringMatching(/not over yet/) })
})

test('an incident counts for the last time its release went live before it, and for no other', () => {
  const again = new Ledger()
    .deployed('1', at(2))
    .deployed('2', at(3))
    .deployed('1', at(4))
    .incident(7, '1', at(5), at(6))
  const { changeFailureShare } = deliveryFigures({ ...span, rows: again.rows })
  expect(changeFailureShare).toMatchObject({ value: 1 / 3, of: 3 })
  expect(changeFailureShare.sources.map(({ at }) => at)).toEqual([at(5)])
})
