import { expect, test } from 'vitest'
import type { Fault } from './fault.ts'
import type { Incident } from './incident.ts'
import { placeFault } from './place-fault.ts'

const at = (second: number) => new Date(Date.UTC(2026, 10, 23, 10, 0, second)).toISOString()
const bad = 'a'.repeat(40)

/** The front end went down, nobody knows why; somebody may have taken it. */
const down: Incident = {
  ...{ number: 1, project: 'shop', key: 'k', state: 'open', severity: 'critical', title: 'runtime: home is down' },
  ...{ environment: 'production', service: 'runtime', release: null, runbook: null, openedAt: at(0) },
  ...{ acknowledgedAt: null, acknowledgedBy: null, resolvedAt: null, resolvedBy: null, ticked: [], version: 1 },
  signs: [{ rule: 'site-down', service: 'runtime', of: 'alert-1', at: at(0) }],
}
const ofBadRelease: Incident = {
  ...{ ...down, number: 2, service: 'backend', release: bad },
  signs: [{ rule: 'verdict', service: 'backend', of: 'deployment-1', at: at(0) }],
}
const fault = (change: Partial<Fault> = {}): Fault => ({
  ...{ project: 'shop', environment: 'production', service: 'runtime', rule: 'site-down', suspect: null },
  ...{ severity: 'critical', title: '', runbookFor: [], entry: { kind: 'alert', text: '', link: null }, of: 'alert-9' },
  ...change,
})
const place = (shown: Fault, recent: Incident[], second = 60) => {
  const { kind, ...found } = placeFault(shown, recent, at(second))
  return 'incident' in found ? [kind, found.incident.number] : [kind]
}
const verdict = fault({ rule: 'verdict', service: 'backend', suspect: bad, of: 'deployment-1' })

test('a bad release in another service is a cause of its own, taken or not', () => {
  expect(place(verdict, [down])).toEqual(['opens'])
  expect(place(verdict, [{ ...down, state: 'acknowledged' }])).toEqual(['opens'])
})

test('a fault of another service, which nothing ties to the incident, is a cause of its own', () => {
  expect(place(fault({ service: 'backend' }), [down])).toEqual(['opens'])
  expect(place(fault({ service: 'backend', rule: 'error-spike' }), [down])).toEqual(['opens'])
  expect(place(fault({ service: null, rule: 'error-spike' }), [{ ...down, service: null }])).toEqual(['opens'])
})

test('the same rule on the same service is the same cause, however long it lasts and whoever took it', () => {
  for (const state of ['open', 'acknowledged'] as const)
    expect(place(fault(), [{ ...down, state }], 40_000)).toEqual(['again', 1])
})

test('the same rule on the same service is a new cause once a release is suspected of it', () => {
  expect(place(fault({ suspect: bad }), [down])).toEqual(['opens'])
  const elsewhere = fault({ rule: 'verdict', service: 'backend', suspect: 'b'.repeat(40) })
  expect(place(elsewhere, [ofBadRelease])).toEqual(['opens'])
})

test('what a suspected release breaks elsewhere joins its incident within two minutes', () => {
  const spike = fault({ rule: 'error-spike', service: 'builder', suspect: bad })
  expect(place(spike, [down, ofBadRelease], 120)).toEqual(['further-sign', 2])
  expect(place(spike, [down, ofBadRelease], 121)).toEqual(['opens'])
  expect(place({ ...spike, suspect: 'b'.repeat(40) }, [ofBadRelease])).toEqual(['opens'])
})

test('another rule on the same service joins within two minutes, where neither suspects a release', () => {
  const spike = fault({ rule: 'error-spike' })
  expect(place(spike, [down], 120)).toEqual(['further-sign', 1])
  expect(place(spike, [down], 121)).toEqual(['opens'])
  expect(place({ ...spike, suspect: bad }, [down])).toEqual(['opens'])
})

test('once somebody took the incident, another sign is told as a cause of its own', () => {
  const taken: Incident = { ...ofBadRelease, state: 'acknowledged' }
  expect(place(fault({ rule: 'error-spike', service: 'builder', suspect: bad }), [taken], 5)).toEqual(['opens'])
})

test('what is graver than the incident never joins it', () => {
  const mild: Incident = { ...ofBadRelease, severity: 'warning' }
  expect(place(fault({ rule: 'error-spike', suspect: bad }), [mild])).toEqual(['opens'])
  expect(place(fault({ rule: 'error-spike', suspect: bad, severity: 'warning' }), [mild])).toEqual(['further-sign', 2])
  expect(place(fault({ rule: 'error-spike', suspect: bad, severity: 'info' }), [mild])).toEqual(['further-sign', 2])
  const sameRule = { ...down, severity: 'warning' as const }
  expect(place(fault(), [sameRule])).toEqual(['opens'])
})

test('the very same report is known, also once its incident was resolved', () => {
  expect(place(verdict, [down, ofBadRelease], 9)).toEqual(['known', 2])
  expect(place(verdict, [{ ...ofBadRelease, state: 'resolved', resolvedAt: at(8) }], 9)).toEqual(['known', 2])
})

test('what comes back within the quiet period reopens its own incident, and no other', () => {
  const over: Incident = { ...down, state: 'resolved', resolvedAt: at(0) }
  expect(place(fault(), [over], 899)).toEqual(['reopens', 1])
  expect(place(fault(), [over], 900)).toEqual(['opens'])
  expect(place(fault({ service: 'backend' }), [over], 10)).toEqual(['opens'])
  expect(place(fault({ rule: 'error-spike' }), [over], 10)).toEqual(['opens'])
})

test('an incident from before signs were kept is left alone', () => {
  const { signs: _, ...old } = down
  expect(place(fault(), [old], 600)).toEqual(['opens'])
})
