import { expect, test } from 'vitest'
import type { Alert } from '../alert/alert.ts'
import { channelsFor, decideIncident, type IncidentFacts } from './decide-incident.ts'
import type { Incident, IncidentState } from './incident.ts'
import { incidentTransitions, moveIncident } from './incident-machine.ts'

const now = '2026-11-23T10:00:00.000Z'
const later = (minutes: number) => new Date(Date.UTC(2026, 10, 23, 10, minutes)).toISOString()
const runbook = { slug: 'error-spike', title: 'Errors', alerts: ['error-spike'], severity: null, markdown: '' }
const badRelease = { slug: 'bad-release', title: 'Bad release', alerts: [], severity: null, markdown: '' }
const routes = [
  {
    severity: 'critical' as const,
    to: [
      { type: 'pagerduty', name: 'pagerduty' },
      { type: 'slack', name: 'slack:#ops' },
    ],
  },
  { to: [{ type: 'slack', name: 'slack:#dev' }] },
]
const facts = (existing: Incident | null, at = now): IncidentFacts => ({
  existing,
  number: 12,
  now: at,
  runbooks: [badRelease, runbook],
  routes,
  url: 'http://g',
})
const alert: Alert = {
  id: 'a',
  project: 'shop',
  rule: 'error-spike',
  key: 'k',
  state: 'firing',
  severity: 'critical',
  environment: 'production',
  service: 'backend',
  release: 'r'.repeat(40),
  summary: '31 % of 100 requests to backend are bad',
  since: now,
  firedAt: now,
  resolvedAt: null,
  incident: null,
}
const firing = { kind: 'alert-firing', alert } as const
const open = () => {
  const change = decideIncident(firing, facts(null))
  if (!change) throw new Error('expected an incident')
  return change.incident
}

test('a firing alert opens an incident with its runbook, and pages by severity', () => {
  const change = decideIncident(firing, facts(null))
  expect(change?.incident).toMatchObject({
    number: 12,
    state: 'open',
    runbook: 'error-spike',
    release: alert.release,
    key: 'environment/production',
  })
  expect(change?.entries.map(({ kind }) => kind)).toEqual(['opened', 'alert'])
  expect(change?.notices.map(({ channel }) => channel)).toEqual(['pagerduty', 'slack:#ops'])
  expect(change?.notices[0]?.notice).toMatchObject({
    kind: 'opened',
    dedupKey: 'gantry-shop-incident-12',
    url: 'http://g/incidents/12',
    runbookUrl: 'http://g/runbooks/error-spike',
  })
})

test('a second fault joins the open incident without paging again', () => {
  expect(decideIncident(firing, facts(open()))).toMatchObject({
    incident: { number: 12 },
    entries: [{ kind: 'alert' }],
    notices: [],
  })
})

test('a verdict of worse names the service, and takes the bad-release runbook', () => {
  const signals = [
    {
      signal: 'failures' as const,
      service: 'backend',
      former: { trials: 1, bad: 0 },
      current: { trials: 1, bad: 1 },
      toleratedRate: 0,
      state: 'worse' as const,
    },
  ]
  const verdict = { state: 'worse' as const, summary: 'half of it fails', decidedAt: now, signals }
  const change = decideIncident(
    {
      kind: 'verdict-worse',
      project: 'shop',
      environment: 'production',
      release: 'a'.repeat(40),
      deployment: 'd',
      verdict,
    },
    facts(null),
  )
  expect(change?.incident).toMatchObject({
    service: 'backend',
    runbook: 'bad-release',
    severity: 'critical',
    title: 'aaaaaaa is worse: half of it fails',
  })
})

test('acknowledge and resolve record who, and tell the channels', () => {
  const acknowledged = decideIncident({ kind: 'acknowledge', by: 'Ana', reason: null }, facts(open(), later(1)))
  expect(acknowledged).toMatchObject({
    incident: { state: 'acknowledged', acknowledgedBy: 'Ana', acknowledgedAt: later(1) },
    notices: [{ notice: { kind: 'acknowledged', by: 'Ana' } }, {}],
  })
  const resolved = decideIncident(
    { kind: 'resolve', by: 'Ana', reason: 'rolled back' },
    facts(acknowledged?.incident ?? null, later(2)),
  )
  expect(resolved).toMatchObject({
    incident: { state: 'resolved' },
    entries: [{ actor: 'Ana', text: 'resolved it: rolled back' }],
  })
})

test('a fault within the quiet period reopens it; after that it is a new one', () => {
  const resolved = moveIncident(open(), 'resolved', { actor: 'Ana', now: later(1) })
  expect(decideIncident(firing, { ...facts(resolved, later(10)), number: 13 })).toMatchObject({
    incident: { number: 12, state: 'open', resolvedAt: null },
    entries: [{ kind: 'reopened' }, {}],
    notices: [{ notice: { kind: 'reopened' } }, {}],
  })
  expect(decideIncident(firing, { ...facts(resolved, later(20)), number: 13 })?.incident).toMatchObject({
    number: 13,
    state: 'open',
  })
})

test('a rollback and a resolved alert are written down while it is open, and ignored afterwards', () => {
  const rollback = {
    kind: 'rolled-back',
    release: 'b'.repeat(40),
    to: 'c'.repeat(40),
    deployment: 'd',
    tookMs: 640,
  } as const
  expect(decideIncident(rollback, facts(open()))?.entries[0]?.text).toBe(
    'rolled back to ccccccc in 0.6 s; promotions are held',
  )
  expect(decideIncident({ kind: 'alert-resolved', alert }, facts(open()))?.entries).toMatchObject([
    { kind: 'alert-resolved' },
  ])
  const resolved = moveIncident(open(), 'resolved', { actor: 'x', now })
  expect(decideIncident(rollback, facts(resolved))).toBeNull()
  expect(decideIncident({ kind: 'alert-resolved', alert }, facts(resolved))).toBeNull()
  expect(decideIncident({ kind: 'resolve', by: 'x', reason: null }, facts(null))).toBeNull()
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
