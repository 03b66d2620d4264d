import { describe, expect, test } from 'vitest'
import type { Person } from '../person/person.ts'
import { type GateResult, type Promotion, PromotionState } from './promotion.ts'
import {
  approvePromotion,
  isOpenPromotion,
  judgePromotion,
  movePromotion,
  promotionTransitions,
  rejectPromotion,
  type Vote,
} from './promotion-machine.ts'
import type { VoteRule } from './votes.ts'

const now = '2026-11-23T10:00:00.000Z'
const sha = 'a'.repeat(40)
const met: GateResult = { gate: 'ciGreen', title: 'CI is green', state: 'met', detail: '', evidence: null }
const waiting: GateResult = { ...met, gate: 'soak', title: 'Soaked', state: 'waiting' }
const hold = { since: now, because: 'rolled back', by: 'gantry' }

const promotion = (over: Partial<Promotion> = {}): Promotion => ({
  id: 'p1',
  project: 'p',
  release: sha,
  fromEnvironment: 'staging',
  environment: 'production',
  state: 'ready',
  gates: [met],
  approvals: [],
  approvalsNeeded: 1,
  runId: 'r',
  jobId: 'j',
  createdAt: '2026-11-23T09:00:00.000Z',
  expiresAt: '2026-11-30T09:00:00.000Z',
  version: 1,
  ...over,
})
const rita: Person = { id: 'rita@example.com', name: 'Rita', role: 'release-manager' }
const olaf: Person = { id: 'olaf@example.com', name: 'Olaf', role: 'owner' }
const rule: VoteRule = { by: 'release-manager', allowSelfApproval: false, voters: new Map() }
const vote = (over: Partial<Vote> = {}): Vote => ({
  promotion: promotion(),
  release: { id: sha, badBecause: null },
  contributors: { wrote: ['Dev <dev@example.com>'], pushed: ['dev'] },
  person: rita,
  reason: 'staging looks good',
  now,
  rule,
  expireMs: 86_400_000,
  hold: null,
  ...over,
})
const refusal = (code: string) => expect.objectContaining({ code })

describe.each(PromotionState.options)('from %s', from => {
  test.each(PromotionState.options)('to %s is allowed exactly when the table says so', to => {
    const allowed: readonly string[] = promotionTransitions[from]
    const move = () => movePromotion(promotion({ state: from }), to)
    if (allowed.includes(to)) expect(move().state).toBe(to)
    else expect(move).toThrow(refusal('ILLEGAL_TRANSITION'))
  })
})

test('waiting and ready are open', () => {
  expect(PromotionState.options.filter(isOpenPromotion)).toEqual(['waiting', 'ready'])
})

describe('judging', () => {
  const judge = (of: Promotion, gates: GateResult[], over = {}) =>
    judgePromotion(of, { gates, hold: null, votes: rule, now, ...over })

  test('waits while a gate is not met, and keeps what the gates said', () => {
    expect(judge(promotion({ state: 'waiting' }), [met, waiting])).toMatchObject({
      state: 'waiting',
      gates: [met, waiting],
    })
  })
  test('is ready when all gates are met', () => {
    expect(judge(promotion({ state: 'waiting' }), [met]).state).toBe('ready')
  })
  test('goes back to waiting when a gate stops being met, and keeps the votes', () => {
    const approvals = [{ person: 'Rita', decision: 'approved' as const, reason: 'ok', at: now }]
    const back = judge(promotion({ approvals, approvalsNeeded: 2 }), [waiting])
    expect(back).toMatchObject({ state: 'waiting', approvals })
  })
  test('needs nobody where no approval is asked for', () => {
    expect(judge(promotion({ state: 'waiting', approvalsNeeded: 0 }), []).state).toBe('approved')
  })
  test('stays ready while promotions are held', () => {
    expect(judge(promotion({ approvalsNeeded: 0 }), [met], { hold }).state).toBe('ready')
  })
  test('expires when its time is over', () => {
    expect(judge(promotion(), [met], { now: '2026-11-30T09:00:00.000Z' }).state).toBe('expired')
  })
  test('leaves a decided one alone', () => {
    const done = promotion({ state: 'done' })
    expect(judge(done, [waiting])).toBe(done)
  })
})

describe('approving', () => {
  test('one of one makes it approved, with who, why and when', () => {
    expect(approvePromotion(vote({ reason: '  fine ' }))).toMatchObject({
      state: 'approved',
      approvals: [{ person: 'Rita', decision: 'approved', reason: 'fine', at: now }],
    })
  })
  test('two of two needs two people', () => {
    const one = approvePromotion(vote({ promotion: promotion({ approvalsNeeded: 2 }) }))
    expect(one.state).toBe('ready')
    expect(() => approvePromotion(vote({ promotion: one }))).toThrow(refusal('CONFLICT'))
    expect(approvePromotion(vote({ promotion: one, person: olaf })).state).toBe('approved')
  })
  test.each(['viewer', 'developer'] as const)('a %s may not', role => {
    expect(() => approvePromotion(vote({ person: { ...rita, role } }))).toThrow(refusal('FORBIDDEN'))
  })
  test.each(['wrote', 'pushed'] as const)(
    'whoever %s any part of it may not, unless the environment allows it',
    hand => {
      const contributors = { wrote: ['Dev <dev@example.com>'], pushed: ['dev'] }
      contributors[hand].push('Rita')
      expect(() => approvePromotion(vote({ contributors }))).toThrow(`Rita ${hand} some of what aaaaaaa brings`)
      expect(approvePromotion(vote({ contributors, rule: { ...rule, allowSelfApproval: true } })).state).toBe(
        'approved',
      )
    },
  )
  test('the address of a person is looked at, where it is known', () => {
    const contributors = { wrote: ['R. Stone <rita@home.example>'], pushed: [] }
    expect(() =>
      approvePromotion(vote({ contributors, knownAs: { names: [], emails: ['Rita@home.example'] } })),
    ).toThrow(refusal('FORBIDDEN'))
    expect(approvePromotion(vote({ contributors })).state).toBe('approved')
  })
  test('people of one name are two voters, and one person under two names is one', () => {
    const other: Person = { id: 'rita.k@example.com', name: 'Rita', role: 'owner' }
    const first = approvePromotion(vote({ promotion: promotion({ approvalsNeeded: 2 }) }))
    expect(approvePromotion(vote({ promotion: first, person: other })).state).toBe('approved')
    expect(() => approvePromotion(vote({ promotion: first, person: { ...rita, name: 'R. Stone' } }))).toThrow(
      refusal('CONFLICT'),
    )
    const approvals = [{ person: 'Rita', decision: 'approved' as const, reason: 'ok', at: now }]
    const old = promotion({ approvalsNeeded: 2, approvals })
    expect(() => approvePromotion(vote({ promotion: old }))).toThrow(refusal('CONFLICT'))
    expect(approvePromotion(vote({ promotion: old, person: olaf })).state).toBe('approved')
  })
  test('counts for exactly the release that was looked at', () => {
    const release = { id: 'b'.repeat(40), badBecause: null }
    expect(() => approvePromotion(vote({ release }))).toThrow(refusal('CONFLICT'))
  })
  test('a bad release is not approved', () => {
    const release = { id: sha, badBecause: 'rolled back: 4 % failed' }
    expect(() => approvePromotion(vote({ release }))).toThrow(/rolled back: 4 % failed/)
  })
  test('needs a reason', () => {
    expect(() => approvePromotion(vote({ reason: ' ' }))).toThrow(refusal('REASON_REQUIRED'))
  })
  test('waits for its gates, and names them', () => {
    const open = promotion({ state: 'waiting', gates: [met, waiting] })
    expect(() => approvePromotion(vote({ promotion: open }))).toThrow(/not met yet: Soaked/)
    expect(() => approvePromotion(vote({ promotion: { ...open, gates: [] } }))).toThrow(/not judged/)
  })
  test('stands still while held', () => {
    expect(() => approvePromotion(vote({ hold }))).toThrow(refusal('PROMOTIONS_HELD'))
  })
  test('is too late after its time, or after it was decided', () => {
    expect(() => approvePromotion(vote({ now: '2027-01-01T00:00:00.000Z' }))).toThrow(/expired at/)
    expect(() => approvePromotion(vote({ promotion: promotion({ state: 'rejected' }) }))).toThrow(
      refusal('ILLEGAL_TRANSITION'),
    )
  })
})

describe('rejecting', () => {
  test('one no ends it, even while gates wait', () => {
    expect(rejectPromotion(vote({ promotion: promotion({ state: 'waiting' }), reason: 'not today' }))).toMatchObject({
      state: 'rejected',
      approvals: [{ person: 'Rita', decision: 'rejected', reason: 'not today' }],
    })
  })
  test('needs the same role and a reason', () => {
    expect(() => rejectPromotion(vote({ reason: '' }))).toThrow(refusal('REASON_REQUIRED'))
    expect(() => rejectPromotion(vote({ person: { ...rita, role: 'viewer' } }))).toThrow(refusal('FORBIDDEN'))
  })
})
