import { describe, expect, test } from 'vitest'
import type { Person } from '../person/person.ts'
import { givenApprovals } from './given-approvals.ts'
import type { GateResult, Promotion } from './promotion.ts'
import {
  approvePromotion,
  judgePromotion,
  overrideGate,
  type Vote,
  whyReopened,
  withdrawApproval,
} from './promotion-machine.ts'
import { shownVotes, type VoteRule, type VoterFacts, votesLapseAt } from './votes.ts'

const now = '2026-11-23T10:00:00.000Z'
const later = '2026-11-24T10:00:00.000Z'
const sha = 'a'.repeat(40)
const met: GateResult = { gate: 'ciGreen', title: 'CI is green', state: 'met', detail: '', evidence: null }
const frozen: GateResult = { ...met, gate: 'freeze', state: 'waiting', detail: 'frozen', overridable: true }
const rita: Person = { id: 'rita', name: 'Rita', role: 'release-manager' }
const olaf: Person = { id: 'olaf', name: 'Olaf', role: 'owner' }

const pair: Promotion = {
  ...{ id: 'p1', project: 'p', release: sha, fromEnvironment: 'staging', environment: 'production', state: 'ready' },
  ...{ gates: [met], approvals: [], approvalsNeeded: 2, runId: 'r', jobId: 'j', createdAt: now, version: 1 },
  expiresAt: '2026-11-30T10:00:00.000Z',
}
const rule = (voters: Record<string, VoterFacts> = {}, over: Partial<VoteRule> = {}): VoteRule => ({
  by: 'release-manager',
  allowSelfApproval: false,
  voters: new Map(Object.entries(voters)),
  ...over,
})
const said = (over: Partial<Vote> = {}): Vote => ({
  ...{ promotion: pair, release: { id: sha, badBecause: null }, contributors: { wrote: [], pushed: [] } },
  ...{ person: rita, reason: 'looks good', now, rule: rule(), expireMs: 86_400_000, hold: null },
  ...over,
})
const one = approvePromotion(said())
const two = approvePromotion(said({ promotion: one, person: olaf }))
const judge = (promotion: Promotion, votes: VoteRule, at = now) =>
  judgePromotion(promotion, { gates: promotion.gates, hold: null, votes, now: at })
const refusal = (code: string) => expect.objectContaining({ code })

const still: VoterFacts = { role: 'release-manager', hand: null }
const owner: VoterFacts = { role: 'owner', hand: null }

test('two of two let it go, and each says until when it counts', () => {
  expect([one.state, two.state]).toEqual(['ready', 'approved'])
  expect(two.approvals.map(({ person, role, expiresAt }) => [person, role, expiresAt])).toEqual([
    ['Rita', 'release-manager', later],
    ['Olaf', 'owner', later],
  ])
})

describe('a yes counts no more', () => {
  test.each([
    ['when its time is over', rule({ rita: still, olaf: owner }), later, `it counted until ${later}`],
    ['when its giver lost the role', rule({ rita: { role: 'developer', hand: null } }), now, 'Rita is a developer now'],
    ['when its giver left', rule({ rita: { role: null, hand: null } }), now, 'Rita belongs to the project no more'],
    ['when it turns out whose work it is', rule({ rita: { ...still, hand: 'wrote' } }), now, 'Rita wrote part of'],
    ['when an owner is asked for', rule({ rita: still }, { by: 'owner' }), now, 'Rita is a release manager now'],
  ])('%s: what was approved asks anew, and says why', (_, votes, at, why) => {
    expect(judge(two, votes, at).state).toBe('ready')
    const shown = shownVotes(two, votes, at)
    expect(shown[0]?.lapsed).toContain(why)
    expect(givenApprovals({ approvals: shown })).toBe(at === later ? 0 : 1)
  })

  test('but not because of a hand in it, where that may be', () => {
    const wrote = { rita: { ...still, hand: 'wrote' as const }, olaf: owner }
    expect(judge(two, rule(wrote, { allowSelfApproval: true })).state).toBe('approved')
    expect(judge(two, rule(wrote)).state).toBe('ready')
  })

  test('but what began stays as it is', () => {
    const begun = { ...two, begunAt: now }
    expect(judge(begun, rule({ rita: { role: null, hand: null } }), later)).toBe(begun)
  })

  test('and the same person says it again', () => {
    const again = said({ promotion: one, now: later, rule: rule({ rita: still }) })
    expect(approvePromotion(again).approvals).toHaveLength(2)
    expect(() => approvePromotion(said({ promotion: one, rule: rule({ rita: still }) }))).toThrow(refusal('CONFLICT'))
  })
})

test('a vote of before names no id: nothing more is known of who gave it, and it counts', () => {
  const approvals = [{ person: 'Rita', decision: 'approved' as const, reason: 'ok', at: now }]
  expect(judge({ ...pair, approvals, approvalsNeeded: 1 }, rule()).state).toBe('approved')
})

test('only an owner approves where an owner is asked for', () => {
  const owners = rule({}, { by: 'owner' })
  expect(() => approvePromotion(said({ rule: owners }))).toThrow(/approved by an owner; Rita is a release manager/)
  expect(approvePromotion(said({ rule: owners, person: olaf })).approvals).toHaveLength(1)
})

test('says when the first of the votes that count runs out', () => {
  expect(votesLapseAt(two, rule(), now)).toBe(later)
  expect(votesLapseAt(pair, rule(), now)).toBeNull()
})

describe('taking a yes back', () => {
  test('makes what was approved wait again, and keeps what was said', () => {
    const back = withdrawApproval(said({ promotion: two, reason: ' it fails on a phone ' }))
    expect(back.state).toBe('ready')
    expect(back.approvals[0]?.withdrawn).toEqual({ at: now, reason: 'it fails on a phone' })
    expect(judge(back, rule()).state).toBe('ready')
    expect(givenApprovals(back)).toBe(1)
  })
  test('is for who gave it, with a reason, for the release that was looked at', () => {
    expect(() => withdrawApproval(said({ promotion: one, person: olaf }))).toThrow(refusal('CONFLICT'))
    expect(() => withdrawApproval(said({ promotion: one, reason: ' ' }))).toThrow(refusal('REASON_REQUIRED'))
    const release = { id: 'b'.repeat(40), badBecause: null }
    expect(() => withdrawApproval(said({ promotion: one, release }))).toThrow(refusal('CONFLICT'))
    const once = withdrawApproval(said({ promotion: one }))
    expect(() => withdrawApproval(said({ promotion: once }))).toThrow(refusal('CONFLICT'))
  })
  test.each([{ begunAt: now }, { state: 'done' as const }, { state: 'rejected' as const }])('is too late: %j', over => {
    expect(() => withdrawApproval(said({ promotion: { ...two, ...over } }))).toThrow(refusal('ILLEGAL_TRANSITION'))
  })
})

test('what was approved goes back when a freeze begins, and not for another gate', () => {
  const facts = { hold: null, votes: rule(), now }
  const approved: Promotion = { ...pair, state: 'approved', approvalsNeeded: 0 }
  const back = judgePromotion(approved, { ...facts, gates: [met, frozen] })
  expect([back.state, whyReopened(back)]).toEqual(['waiting', 'frozen'])
  const soaking: GateResult = { ...frozen, gate: 'soak' }
  expect(judgePromotion(approved, { ...facts, gates: [soaking] }).state).toBe('approved')
  expect(judgePromotion({ ...approved, begunAt: now }, { ...facts, gates: [frozen] }).state).toBe('approved')
  expect(whyReopened(pair)).toBe('fewer than 2 yes count any more')
  expect(whyReopened({ ...pair, approvalsNeeded: 1 })).toBe('the yes to it counts no more')
})

describe('overriding a gate', () => {
  const waiting = { ...pair, state: 'waiting' as const, gates: [met, frozen] }
  const asked = (over: object = {}) =>
    overrideGate({ ...said({ promotion: waiting, person: olaf }), gate: 'freeze', ...over })

  test('is kept with who and why', () => {
    expect(asked().overrides).toEqual([
      { gate: 'freeze', person: 'Olaf', personId: 'olaf', reason: 'looks good', at: now },
    ])
  })
  test.each([
    ['by no release manager', { person: rita }, 'FORBIDDEN'],
    ['not without a reason', { reason: '' }, 'REASON_REQUIRED'],
    ['of no gate it does not have', { gate: 'soak' }, 'NOT_FOUND'],
    ['of none that is met', { gate: 'ciGreen' }, 'CONFLICT'],
    [
      'of none that is about the release itself',
      { gate: 'ciGreen', promotion: { ...waiting, gates: [{ ...met, state: 'unmet' }] } },
      'FORBIDDEN',
    ],
  ])('%s', (_, over, code) => expect(() => asked(over)).toThrow(refusal(code)))
})
