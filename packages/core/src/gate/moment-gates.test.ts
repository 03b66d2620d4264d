import { describe, expect, test } from 'vitest'
import { GateConfig } from '../config/config.ts'
import type { Verdict } from '../deployment/deployment.ts'
import type { Incident } from '../incident/incident.ts'
import type { Monitor } from '../monitor/monitor.ts'
import type { Override } from '../promotion/promotion.ts'
import { runHere } from '../run/commit-run.ts'
import type { RunState } from '../run/run.ts'
import type { GateFacts } from './define-gate.ts'
import { gatesAgainInMs, judgeGates } from './judge-gates.ts'

const sha = 'a'.repeat(40)
const now = '2026-11-27T15:30:00.000Z'
const moment = { release: { id: sha }, environment: 'production', now }
const from = { environment: 'staging', release: sha, since: '2026-11-27T15:00:00.000Z', verdict: null, isJudged: true }
const judge = (gate: object, facts: Partial<GateFacts> = {}, overrides: Override[] = []) =>
  judgeGates([GateConfig.parse(gate)], { checks: null, ...facts }, moment, overrides)[0]

describe('freeze', () => {
  const weekend = { gate: 'freeze', from: 'Fri 16:00', until: 'Mon 08:00', timezone: 'Europe/Berlin' }
  test('waits while it is on, says until when and why, and is judged again when it ends', () => {
    const frozen = judge({ ...weekend, because: 'nobody is here' })
    expect(frozen).toMatchObject({
      state: 'waiting',
      detail: 'frozen until Mon 08:00 (Europe/Berlin), 3 d to go: nobody is here',
      overridable: true,
    })
    expect(gatesAgainInMs([GateConfig.parse(weekend)], {}, moment)).toBe(
      Date.parse('2026-11-30T07:00:00.000Z') - Date.parse(now),
    )
  })
  test('is met outside, and judged again when the next one begins', () => {
    const night = { gate: 'freeze', from: 'Tue 22:00', until: 'Wed 06:00' }
    expect(judge(night)).toMatchObject({ state: 'met', detail: 'the next one begins at 2026-12-01T22:00:00.000Z' })
    expect(judge({ gate: 'freeze', from: '2025-12-20', until: '2026-01-04' })).toMatchObject({ detail: 'it is over' })
  })
  test.each([
    [{ from: 'Friday' }, 'expected a moment such as'],
    [{ until: 'Fri 16:00' }, 'expected another moment of the week'],
    [{ timezone: 'Berlin' }, 'expected the name of a time zone'],
  ])('is refused in a config: %j', (over, message) => {
    expect(GateConfig.safeParse({ ...weekend, ...over }).error?.issues[0]?.message).toContain(message)
  })
  test('an owner lets one promotion pass, and the gate says who and why; not one that is about the release', () => {
    const override = { gate: 'freeze', person: 'Olaf', personId: 'olaf', reason: 'checkout is down', at: now }
    expect(judge(weekend, {}, [override])).toMatchObject({
      state: 'met',
      overriddenBy: { person: 'Olaf', reason: 'checkout is down' },
    })
    const ci = { ...override, gate: 'ciGreen' }
    expect(judge({ gate: 'ciGreen' }, { runs: [] }, [ci])?.state).toBe('waiting')
  })
})

describe('notWorse', () => {
  const verdict = (state: Verdict['state']) => ({ state, summary: `it is ${state}`, decidedAt: null, signals: [] })
  const judged = (state: Verdict['state'], over = {}) =>
    judge({ gate: 'notWorse', ...over }, { from: { ...from, verdict: verdict(state) } })?.state
  test('follows the verdict of the environment before', () => {
    expect([judged('healthy'), judged('worse'), judged('watching')]).toEqual(['met', 'unmet', 'waiting'])
    expect(judge({ gate: 'notWorse' }, { from })).toMatchObject({ state: 'waiting', detail: 'it is not judged yet' })
  })
  test('too little traffic to tell is enough, unless more is asked for', () => {
    expect([judged('inconclusive'), judged('inconclusive', { conclusive: true })]).toEqual(['met', 'unmet'])
  })
  test('does not wait for a verdict that never comes: of the first release there, or of one that was put back', () => {
    expect(judge({ gate: 'notWorse' }, { from: { ...from, isJudged: false } })).toMatchObject({
      state: 'met',
      detail: 'nothing ran on staging before that it is compared with',
    })
  })
  test('says nothing of a release that is not there', () => {
    const other = { ...from, release: 'b'.repeat(40), verdict: verdict('healthy') }
    expect(judge({ gate: 'notWorse' }, { from: other })).toMatchObject({ detail: 'staging runs bbbbbbb now' })
  })
})

describe('monitorsUp', () => {
  const monitor = (name: string, state: Monitor['state'], environment = 'staging') =>
    ({ name, state, environment, last: { error: 'refused' } }) as Monitor
  test('names what is down, of the environment before or of the one that is named', () => {
    const monitors = [monitor('home', 'up'), monitor('api', 'down'), monitor('shop', 'down', 'production')]
    expect(judge({ gate: 'monitorsUp' }, { monitors, from })).toMatchObject({
      state: 'unmet',
      detail: 'api is down: refused',
    })
    expect(judge({ gate: 'monitorsUp', environment: 'production' }, { monitors, from })?.detail).toContain(
      'shop is down',
    )
  })
  test('counts what it does not name, and says so where nothing answered', () => {
    const down = ['a', 'b', 'c', 'd', 'e'].map(name => ({ ...monitor(name, 'down'), last: null }))
    expect(judge({ gate: 'monitorsUp' }, { monitors: down, from })?.detail).toBe(
      'a, b, c and 2 more are down: no answer',
    )
    const fresh = [monitor('a', 'unknown'), monitor('b', 'unknown')]
    expect(judge({ gate: 'monitorsUp' }, { monitors: fresh, from })?.detail).toBe('a, b were not checked yet')
    const up = [monitor('a', 'up'), monitor('b', 'up')]
    expect(judge({ gate: 'monitorsUp' }, { monitors: up, from })?.detail).toBe('a, b are up')
    expect(judge({ gate: 'monitorsUp' }, { monitors: up, from: null })).toMatchObject({
      ...{ title: 'Monitors are up on the environment before', state: 'unmet' },
      detail: 'there is no environment before this one',
    })
  })
  test('waits for the first check, and is not met where nothing is monitored', () => {
    expect(judge({ gate: 'monitorsUp' }, { monitors: [monitor('home', 'unknown')], from })?.state).toBe('waiting')
    expect(judge({ gate: 'monitorsUp' }, { monitors: [monitor('home', 'up')], from })?.state).toBe('met')
    expect(judge({ gate: 'monitorsUp' }, { monitors: [], from })?.state).toBe('unmet')
  })
})

test('noCriticalIncident looks at what is open where it is to go', () => {
  const incident = (number: number, over: Partial<Incident>) =>
    ({ number, environment: 'production', severity: 'critical', state: 'open', title: 'down', ...over }) as Incident
  const judged = (...incidents: Incident[]) => judge({ gate: 'noCriticalIncident' }, { incidents })
  expect(judged(incident(1, { severity: 'warning' }), incident(2, { environment: 'staging' }))?.state).toBe('met')
  expect(judged(incident(1, { state: 'resolved' }))?.state).toBe('met')
  expect(judged(incident(3, { state: 'acknowledged' }), incident(4, {}))).toMatchObject({
    state: 'unmet',
    detail: 'incident 3 is acknowledged: down, and 1 more',
    evidence: '/incidents/3',
  })
})

test('rollbackReady says what stands in the way of what is live now', () => {
  const wayBack = { to: 'b'.repeat(40), isSafe: false, blockers: ['the built files of web are gone'] }
  expect(judge({ gate: 'rollbackReady' }, { wayBack })).toMatchObject({
    state: 'unmet',
    detail: 'bbbbbbb could not come back: the built files of web are gone',
  })
  expect(judge({ gate: 'rollbackReady' }, { wayBack: { ...wayBack, isSafe: true, blockers: [] } })?.state).toBe('met')
  expect(judge({ gate: 'rollbackReady' }, { wayBack: null })?.state).toBe('met')
})

test('qaChecked waits for the last task, and names who ticked', () => {
  const task = (index: number, person: string | null) => ({
    ...{ index, section: null, text: `task ${index}` },
    ticked: person === null ? null : { person, personId: person, at: now },
  })
  const judged = (...tasks: ReturnType<typeof task>[]) =>
    judge({ gate: 'qaChecked' }, { checklist: { file: 'docs/qa/checklist.md', tasks } })
  expect(judged(task(0, 'Kim'), task(1, null))).toMatchObject({
    state: 'waiting',
    detail: '1 of 2 tasks open, the first: task 1',
  })
  expect(judged(task(0, 'Kim'), task(1, 'Bo'))).toMatchObject({ state: 'met', detail: '2 tasks ticked by Kim, Bo' })
  expect(judged()?.state).toBe('unmet')
})

test('e2eGreen looks at the newest run of a workflow file that is named', () => {
  const run = (number: number, conclusion: string) => ({
    ...{ id: `r${number}`, number, workflowPath: '.github/workflows/e2e.yml', status: 'completed', createdAt: now },
    jobs: [{ id: 'e2e', key: 'e2e', name: 'e2e', status: 'completed', conclusion, outputs: {} }],
  })
  const runs = [run(1, 'success'), run(2, 'failure')].map(state => runHere(state as unknown as RunState))
  const judged = (facts: Partial<GateFacts>) =>
    judge({ gate: 'e2eGreen', workflow: 'e2e.yml' }, { asking: null, ...facts })
  expect(judged({ runs })).toMatchObject({ state: 'unmet', evidence: '/runs/r2?job=e2e' })
  expect(judged({ runs: runs.slice(0, 1) })?.state).toBe('met')
  expect(judged({ runs: [] })).toMatchObject({ state: 'waiting', detail: 'no run of e2e.yml for aaaaaaa yet' })
})
