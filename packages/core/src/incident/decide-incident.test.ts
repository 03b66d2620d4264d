import { expect, test } from 'vitest'
import type { Alert } from '../alert/alert.ts'
import { channelsFor, decideFault, decideIncident, type IncidentEvent } from './decide-incident.ts'
import type { FaultShown } from './fault.ts'
import type { Incident, IncidentState } from './incident.ts'
import { incidentTransitions, moveIncident } from './incident-machine.ts'

const at = (minute: number, second = 0) => new Date(Date.UTC(2026, 10, 23, 10, minute, second)).toISOString()
const now = at(0)
const bad = 'r'.repeat(40)
const runbook = { slug: 'error-spike', title: 'Errors', alerts: ['error-spike'], severity: null, markdown: '' }
const badRelease = { slug: 'bad-release', title: 'Bad release', alerts: [], severity: null, markdown: '' }
const critical = [
  { type: 'pagerduty', name: 'pagerduty' },
  { type: 'slack', name: 'slack:#ops' },
]
const routes = [{ severity: 'critical' as const, to: critical }, { to: [{ type: 'slack', name: 'slack:#dev' }] }]
const facts = (when = now) => ({ now: when, runbooks: [badRelease, runbook], routes, url: 'http://g' })
const shown = (what: FaultShown, recent: Incident[] = [], when = now) =>
  decideFault(what, { ...facts(when), recent, number: 12 })
const alert: Alert = {
  ...{ id: 'a', project: 'shop', rule: 'error-spike', key: 'k', state: 'firing', severity: 'critical' },
  ...{ environment: 'production', service: 'backend', release: bad, incident: null },
  ...{ summary: '31 % of 100 requests to backend are bad', since: now, firedAt: now, resolvedAt: null },
}
const firing: FaultShown = { kind: 'alert-firing', alert, suspect: null }
const signal = { signal: 'failures', former: { trials: 1, bad: 0 }, current: { trials: 1, bad: 1 } } as const
const worse: FaultShown = {
  ...{ kind: 'verdict-worse', project: 'shop', environment: 'production', release: bad, deployment: 'd' },
  verdict: {
    ...{ state: 'worse', summary: 'half of it fails', decidedAt: now },
    signals: [
      { ...signal, service: 'web', toleratedRate: 0, state: 'healthy' },
      { ...signal, service: 'builder', toleratedRate: 0, state: 'worse' },
    ],
  },
}
const open = (what: FaultShown = firing): Incident => {
  const change = shown(what)
  if (!change) throw new Error('expected an incident')
  return change.incident
}
const changed = (event: IncidentEvent, existing = open(), when = now) => decideIncident(event, existing, facts(when))

test('a firing alert opens an incident with its runbook, and pages by severity', () => {
  const change = shown(firing)
  expect(change?.incident).toMatchObject({
    ...{ number: 12, state: 'open', runbook: 'error-spike', release: null, service: 'backend' },
    key: 'production/error-spike/backend/*/critical',
    signs: [{ rule: 'error-spike', service: 'backend', of: 'a', at: now }],
  })
  expect(change?.entries.map(({ kind }) => kind)).toEqual(['opened', 'alert'])
  expect(change?.notices.map(({ channel }) => channel)).toEqual(['pagerduty', 'slack:#ops'])
  expect(change?.notices[0]?.notice).toMatchObject({
    ...{ kind: 'opened', dedupKey: 'gantry-shop-incident-12', url: 'http://g/incidents/12' },
    runbookUrl: 'http://g/runbooks/error-spike',
  })
})

test('the release is the suspect only when it is named one, not because it was live', () => {
  expect(shown(firing)?.notices[0]?.notice.release).toBeNull()
  const suspected = shown({ ...firing, suspect: bad })
  expect(suspected?.incident).toMatchObject({ release: bad, key: `production/error-spike/backend/${bad}/critical` })
  expect(suspected?.notices[0]?.notice.release).toBe(bad)
})

test('a verdict of worse names the service, and takes the bad-release runbook', () => {
  expect(shown(worse)?.incident).toMatchObject({
    ...{ service: 'builder', runbook: 'bad-release', severity: 'critical', release: bad },
    title: 'rrrrrrr is worse: half of it fails',
  })
})

test('a bad release in another service pages although somebody is on an incident of the same environment', () => {
  const taken = { ...moveIncident(open(), 'acknowledged', { actor: 'owner', now }), number: 1 }
  const change = shown(worse, [taken], at(1))
  expect(change?.incident).toMatchObject({ number: 12, state: 'open', release: bad, runbook: 'bad-release' })
  expect(change?.notices.map(({ channel, notice }) => [channel, notice.kind, notice.dedupKey])).toEqual([
    ['pagerduty', 'opened', 'gantry-shop-incident-12'],
    ['slack:#ops', 'opened', 'gantry-shop-incident-12'],
  ])
})

test('a further sign of the same release is told by its own words, joins, and gives a runbook where there was none', () => {
  const suspected: FaultShown = { ...firing, suspect: bad }
  const first = { ...open(worse), number: 4, runbook: null }
  const change = shown(suspected, [first], at(1))
  expect(change).toMatchObject({
    incident: { number: 4, title: first.title, runbook: 'error-spike', signs: [{ rule: 'verdict' }, { of: 'a' }] },
    entries: [{ kind: 'alert' }],
  })
  expect(change?.notices.map(({ notice }) => [notice.kind, notice.title, notice.incident])).toEqual([
    ['further-sign', 'backend: 31 % of 100 requests to backend are bad', 4],
    ['further-sign', 'backend: 31 % of 100 requests to backend are bad', 4],
  ])
  expect(shown(suspected, [{ ...first, runbook: 'bad-release' }], at(1))?.incident.runbook).toBe('bad-release')
})

test('what shows again is a line in its timeline; the very same report changes nothing', () => {
  const existing = open()
  const again = shown({ ...firing, alert: { ...alert, id: 'b' } }, [existing], at(30))
  expect(again).toMatchObject({ incident: { number: 12 }, entries: [{ kind: 'alert' }], notices: [] })
  expect(again?.incident.signs).toEqual([{ rule: 'error-spike', service: 'backend', of: 'b', at: now }])
  expect(shown(firing, [existing], at(30))).toBeNull()
})

test('a fault within the quiet period reopens it; after that it is a new one', () => {
  const resolved = { ...moveIncident(open(), 'resolved', { actor: 'Ana', now: at(1) }), number: 5 }
  const back: FaultShown = { ...firing, alert: { ...alert, id: 'b' } }
  expect(shown(back, [resolved], at(10))).toMatchObject({
    incident: { number: 5, state: 'open', resolvedAt: null, signs: [{ of: 'b' }] },
    entries: [{ kind: 'reopened' }, { kind: 'alert' }],
    notices: [{ notice: { kind: 'reopened', incident: 5 } }, {}],
  })
  expect(shown(back, [resolved], at(20))?.incident).toMatchObject({ number: 12, state: 'open' })
})

test('acknowledge and resolve record who, and tell the channels', () => {
  const acknowledged = changed({ kind: 'acknowledge', by: 'Ana', reason: null }, open(), at(1))
  expect(acknowledged).toMatchObject({
    incident: { state: 'acknowledged', acknowledgedBy: 'Ana', acknowledgedAt: at(1) },
    notices: [{ notice: { kind: 'acknowledged', by: 'Ana' } }, {}],
  })
  expect(changed({ kind: 'resolve', by: 'Ana', reason: 'rolled back' }, acknowledged?.incident, at(2))).toMatchObject({
    incident: { state: 'resolved' },
    entries: [{ actor: 'Ana', text: 'resolved it: rolled back' }],
  })
})

const rolledBack = { kind: 'rolled-back', to: 'c'.repeat(40), tookMs: 640, notBack: [], isSuspect: true } as const
const notRolledBack = { kind: 'not-rolled-back', release: bad, why: 'none was live', isSuspect: true } as const

test('a rollback is told to those who were paged for that release, and is a line for all others', () => {
  const done = changed(rolledBack)
  expect(done?.entries).toMatchObject([
    { kind: 'rollback', text: 'rolled back to ccccccc in 0.6 s; promotions are held' },
  ])
  expect(done?.notices.map(({ notice }) => notice.kind)).toEqual(['rolled-back', 'rolled-back'])
  expect(changed({ ...rolledBack, isSuspect: false })).toMatchObject({ entries: [{ kind: 'rollback' }], notices: [] })
})

test('what did not come back with a rollback is said where it is told', () => {
  const notBack = [{ service: 'api', name: 'MAIL_KEY', change: 'changed' }] as const
  expect(changed({ ...rolledBack, notBack })?.entries[0]?.text).toBe(
    'rolled back to ccccccc in 0.6 s; promotions are held; not as it was then: api: MAIL_KEY changed',
  )
})

test('variables that came with the suspected release are in the incident from the start', () => {
  const broughtEnv = [{ service: 'api', name: 'MAIL_KEY', change: 'added' }] as const
  const change = decideFault(worse, { ...facts(), recent: [], number: 12, broughtEnv })
  expect(change?.entries.at(-1)).toMatchObject({
    ...{ kind: 'note', link: `/releases/${bad}` },
    text: 'with rrrrrrr variables changed: api: MAIL_KEY added',
  })
  expect(decideFault(firing, { ...facts(), recent: [], number: 12, broughtEnv })?.entries).toHaveLength(2)
})

test('what happens to an incident is a row of the ledger: opened, back again, taken, over', () => {
  const evidence = { incident: 12, environment: 'production', service: 'backend', release: null, severity: 'critical' }
  const act = { project: 'shop', actor: 'gantry', subject: 'incident 12', at: now, evidence }
  expect(shown(firing)?.act).toEqual({ ...act, action: 'incident.opened', reason: open().title })
  const resolved = moveIncident(open(), 'resolved', { actor: 'Ana', now: at(1) })
  const again = shown({ ...firing, alert: { ...alert, id: 'b' } }, [resolved], at(10))
  expect(again?.act).toMatchObject({ action: 'incident.reopened', at: at(10) })
  expect(changed({ kind: 'acknowledge', by: 'Ana', reason: null })?.act).toMatchObject({
    ...{ action: 'incident.acknowledged', actor: 'Ana', reason: null },
  })
  expect(changed({ kind: 'resolve', by: 'Ana', reason: 'fixed' })?.act).toMatchObject({
    ...{ action: 'incident.resolved', reason: 'fixed' },
  })
  expect(changed(rolledBack)?.act).toBeUndefined()
})

test('that nothing could be rolled back is in the incident, and is told', () => {
  const change = changed(notRolledBack)
  expect(change?.entries).toMatchObject([
    { kind: 'rollback', text: 'rrrrrrr was not rolled back: none was live', link: `/releases/${bad}` },
  ])
  expect(change?.notices.map(({ notice }) => notice.kind)).toEqual(['not-rolled-back', 'not-rolled-back'])
})

test('an alert that ends, and one whose rule was taken away, are in the timeline', () => {
  expect(changed({ kind: 'alert-resolved', alert })).toMatchObject({
    entries: [{ kind: 'alert-resolved', text: 'alert error-spike resolved' }],
    notices: [],
  })
  const why = 'the rule was taken out of the config'
  expect(changed({ kind: 'alert-withdrawn', alert, why })?.entries).toMatchObject([
    { text: `nothing watches alert error-spike any more: ${why}; resolve this incident when it is over` },
  ])
})

test('a resolved incident hears of nothing any more', () => {
  const resolved = moveIncident(open(), 'resolved', { actor: 'x', now })
  const events = [rolledBack, notRolledBack, { kind: 'alert-resolved', alert }] as const
  for (const event of [...events, { kind: 'alert-withdrawn', alert, why: '' } as const])
    expect(changed(event, resolved)).toBeNull()
})

test('every transition that is not in the table is refused', () => {
  const states: IncidentState[] = ['open', 'acknowledged', 'resolved']
  for (const from of states) {
    for (const to of states) {
      const move = () => moveIncident({ ...open(), state: from }, to, { actor: 'x', now })
      if ((incidentTransitions[from] as readonly string[]).includes(to)) expect(move().state).toBe(to)
      else expect(move).toThrow(`it cannot become ${to}`)
    }
  }
})

test('severities without a route of their own take the one for all', () => {
  expect(channelsFor('info', routes)).toEqual(['slack:#dev'])
  expect(channelsFor('info', [])).toEqual([])
})
