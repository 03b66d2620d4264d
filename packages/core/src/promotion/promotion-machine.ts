import { instantMs, instantOf } from '../duration/instant.ts'
import { GantryError } from '../errors/gantry-error.ts'
import { holdsApproved } from '../gate/judge-gates.ts'
import { isAtLeast } from '../person/acts.ts'
import type { KnownAs, Person } from '../person/person.ts'
import type { Release } from '../release/release.ts'
import { shortSha } from '../words/short-sha.ts'
import type { Contributors } from './contributors.ts'
import { handIn } from './hand-in.ts'
import type { Approval, GateResult, Hold, Promotion, PromotionState } from './promotion.ts'
import { countedVotes, spokenRole, type VoteRule } from './votes.ts'

/**
 * Which state may follow which. `ready` goes back to `waiting` when a gate stops being met; `approved` goes back when a yes
 * counts no more before the deployment began.
 */
export const promotionTransitions = {
  waiting: ['ready', 'rejected', 'expired'],
  ready: ['waiting', 'approved', 'rejected', 'expired'],
  approved: ['waiting', 'ready', 'done', 'rejected', 'expired'],
  rejected: [],
  expired: [],
  done: [],
} as const satisfies Record<PromotionState, readonly PromotionState[]>

/** Whether people or gates may still decide it. */
export const isOpenPromotion = (state: PromotionState): boolean => state === 'waiting' || state === 'ready'

/** @throws GantryError ILLEGAL_TRANSITION */
export function movePromotion(promotion: Promotion, to: PromotionState): Promotion {
  const allowed: readonly PromotionState[] = promotionTransitions[promotion.state]
  if (allowed.includes(to)) return { ...promotion, state: to }
  throw new GantryError(
    'ILLEGAL_TRANSITION',
    `the promotion of ${shortSha(promotion.release)} to ${promotion.environment} is ${promotion.state}; it cannot become ${to}`,
    { promotion: promotion.id, from: promotion.state, to },
  )
}

/** What a promotion is judged by, at one moment. */
export interface PromotionFacts {
  gates: GateResult[]
  hold: Hold | null
  votes: VoteRule
  now: string
}

/**
 * The promotion after its gates and votes were judged anew. It expires when its time is over, waits while a gate is not met,
 * and is approved as soon as everything is there: never while promotions are held. What was approved goes back when a yes
 * counts no more or a freeze begins, until its deployment began.
 */
export function judgePromotion(promotion: Promotion, facts: PromotionFacts): Promotion {
  if (promotion.state === 'approved') return isStillApproved(promotion, facts) ? promotion : reopened(promotion, facts)
  if (!isOpenPromotion(promotion.state)) return promotion
  if (isOver(promotion, facts.now)) return movePromotion(promotion, 'expired')
  const judged = { ...promotion, gates: facts.gates }
  if (!areMet(facts.gates)) return judged.state === 'ready' ? movePromotion(judged, 'waiting') : judged
  const ready = judged.state === 'waiting' ? movePromotion(judged, 'ready') : judged
  return hasEnoughVotes(ready, facts) && facts.hold === null ? movePromotion(ready, 'approved') : ready
}

const isStillApproved = (promotion: Promotion, facts: PromotionFacts): boolean =>
  promotion.begunAt !== undefined || (holdsApproved(facts.gates) === null && hasEnoughVotes(promotion, facts))

const reopened = (promotion: Promotion, { gates }: PromotionFacts): Promotion =>
  movePromotion({ ...promotion, gates }, areMet(gates) ? 'ready' : 'waiting')

/** Why what was approved is not any more. @param promotion as it was judged then */
export function whyReopened({ gates, approvalsNeeded }: Pick<Promotion, 'gates' | 'approvalsNeeded'>): string {
  const held = holdsApproved(gates)
  if (held !== null) return held.detail
  return approvalsNeeded === 1 ? 'the yes to it counts no more' : `fewer than ${approvalsNeeded} yes count any more`
}

const areMet = (gates: readonly GateResult[]): boolean => gates.every(gate => gate.state === 'met')

export interface Vote {
  promotion: Promotion
  /** The release the person looked at while deciding: an approval counts for exactly that one. */
  release: Pick<Release, 'id' | 'badBecause'>
  /** Who wrote or pushed what it brings to the environment. */
  contributors: Contributors
  person: Person
  /** Names and addresses of the person, of before too: both change, and two people may share a name. */
  knownAs?: KnownAs
  reason: string
  now: string
  /** Whose yes counts, and what is known of those who gave one before. */
  rule: VoteRule
  /** For how long this one does. */
  expireMs: number
  hold: Hold | null
}

type Said = Pick<Vote, 'promotion' | 'release' | 'person' | 'reason' | 'now'>

/**
 * One person's yes. The last one needed makes it approved.
 * @throws GantryError FORBIDDEN, REASON_REQUIRED, CONFLICT, ILLEGAL_TRANSITION, PROMOTIONS_HELD, GATES_NOT_MET
 */
export function approvePromotion(vote: Vote): Promotion {
  const { promotion, release, hold, rule } = vote
  checkVoter(vote)
  if (!isAtLeast(vote.person.role, rule.by))
    throw new GantryError(
      'FORBIDDEN',
      `promotions to ${promotion.environment} are approved by ${spokenRole(rule.by)}; ${vote.person.name} is ${spokenRole(vote.person.role)}`,
    )
  const hand = handIn(vote.contributors, vote.person, vote.knownAs ?? unknown)
  if (!rule.allowSelfApproval && hand !== null) {
    const what = `${hand === 'wrote' ? 'wrote' : 'pushed'} some of what ${shortSha(release.id)} brings`
    throw new GantryError(
      'FORBIDDEN',
      `${vote.person.name} ${what} to ${promotion.environment}; someone else must approve it`,
    )
  }
  if (countedVotes(promotion, rule, vote.now).some(given => isBy(given, vote.person))) {
    throw new GantryError('CONFLICT', `${vote.person.name} has approved it already`)
  }
  if (release.badBecause !== null) {
    throw new GantryError('GATES_NOT_MET', `${shortSha(release.id)} was marked bad: ${release.badBecause}`)
  }
  if (hold !== null) {
    throw new GantryError('PROMOTIONS_HELD', `promotions to ${promotion.environment} are held: ${hold.because}`, {
      hold,
    })
  }
  if (promotion.state === 'waiting') {
    const unmet = promotion.gates.filter(gate => gate.state !== 'met').map(gate => gate.title)
    throw new GantryError('GATES_NOT_MET', `not met yet: ${unmet.join(', ') || 'gates not judged so far'}`, { unmet })
  }
  const voted = withVote(vote, {
    decision: 'approved',
    expiresAt: instantOf(instantMs(vote.now) + vote.expireMs),
  })
  return hasEnoughVotes(voted, { votes: withVoter(vote), now: vote.now }) ? movePromotion(voted, 'approved') : voted
}

/** Whoever votes at this moment may: that was looked at just now. */
const withVoter = ({ rule, person }: Vote): VoteRule => ({
  ...rule,
  voters: new Map(rule.voters).set(person.id, { role: person.role, hand: null }),
})

/**
 * One person's no. It ends the promotion, whatever others said.
 * @throws GantryError FORBIDDEN, REASON_REQUIRED, CONFLICT, ILLEGAL_TRANSITION
 */
export function rejectPromotion(vote: Said): Promotion {
  checkVoter(vote)
  return movePromotion(withVote(vote, { decision: 'rejected' }), 'rejected')
}

/**
 * Somebody takes their own yes back, as long as the deployment did not begin. What had enough of them waits again.
 * @throws GantryError REASON_REQUIRED, CONFLICT, ILLEGAL_TRANSITION
 */
export function withdrawApproval({ promotion, release, person, reason, now }: Said): Promotion {
  requireReason(reason)
  requireSameRelease(promotion, release)
  if (!promotion.approvals.some(vote => isStanding(vote, person)))
    throw new GantryError('CONFLICT', `${person.name} has no yes to take back from ${named(promotion)}`)
  if (promotion.begunAt !== undefined || !(promotion.state === 'approved' || isOpenPromotion(promotion.state))) {
    const how = promotion.begunAt === undefined ? `is ${promotion.state}` : `began at ${promotion.begunAt}`
    throw new GantryError('ILLEGAL_TRANSITION', `${named(promotion)} ${how}: no yes is taken back any more`)
  }
  const withdrawn = { at: now, reason: reason.trim() }
  const approvals = promotion.approvals.map(vote => (isStanding(vote, person) ? { ...vote, withdrawn } : vote))
  const without = { ...promotion, approvals }
  return promotion.state === 'approved' ? movePromotion(without, 'ready') : without
}

/**
 * An owner lets one promotion past a gate that is not met, where the gate allows that.
 * @throws GantryError FORBIDDEN, REASON_REQUIRED, CONFLICT, ILLEGAL_TRANSITION, NOT_FOUND
 */
export function overrideGate(said: Said & { gate: string }): Promotion {
  const { promotion, person, gate, reason, now } = said
  checkVoter(said)
  if (person.role !== 'owner')
    throw new GantryError('FORBIDDEN', `${person.name} is ${spokenRole(person.role)}; an owner overrides gates`)
  const results = promotion.gates.filter(each => each.gate === gate)
  if (results.length === 0) {
    const known = [...new Set(promotion.gates.map(each => each.gate))].join(', ')
    throw new GantryError(
      'NOT_FOUND',
      `expected a gate of ${named(promotion)} (${known || 'it has none'}), got "${gate}"`,
    )
  }
  if (results.every(each => each.state === 'met')) throw new GantryError('CONFLICT', `${gate} is met already`)
  if (!results.some(each => each.overridable))
    throw new GantryError('FORBIDDEN', `${gate} is about the release itself and is never overridden`)
  const override = { gate, person: person.name, personId: person.id, reason: reason.trim(), at: now }
  return { ...promotion, overrides: [...(promotion.overrides ?? []), override] }
}

function checkVoter({ promotion, release, person, reason, now }: Said): void {
  if (person.role !== 'release-manager' && person.role !== 'owner') {
    throw new GantryError(
      'FORBIDDEN',
      `${person.name} is a ${person.role}; a release manager or owner decides promotions`,
    )
  }
  requireReason(reason)
  requireSameRelease(promotion, release)
  if (!isOpenPromotion(promotion.state))
    throw new GantryError('ILLEGAL_TRANSITION', `${named(promotion)} is ${promotion.state}`)
  if (isOver(promotion, now))
    throw new GantryError('ILLEGAL_TRANSITION', `${named(promotion)} expired at ${promotion.expiresAt}`)
}

function requireReason(reason: string): void {
  if (reason.trim() === '') throw new GantryError('REASON_REQUIRED', 'expected a reason, got nothing')
}

/** @throws GantryError CONFLICT: a decision counts for exactly the release that was looked at */
function requireSameRelease(promotion: Promotion, { id }: Pick<Release, 'id'>): void {
  if (id === promotion.release) return
  throw new GantryError(
    'CONFLICT',
    `this promotion is of ${shortSha(promotion.release)}, the decision was about ${shortSha(id)}`,
  )
}

const named = ({ release }: Promotion): string => `the promotion of ${shortSha(release)}`

const withVote = (
  { promotion, person, reason, now }: Said,
  decided: Pick<Approval, 'decision' | 'expiresAt'>,
): Promotion => ({
  ...promotion,
  approvals: [
    ...promotion.approvals,
    { person: person.name, personId: person.id, role: person.role, ...decided, reason: reason.trim(), at: now },
  ],
})

const unknown: KnownAs = { names: [], emails: [] }
const isOver = (promotion: Promotion, now: string): boolean => instantMs(now) >= instantMs(promotion.expiresAt)

/** Old votes name no id. */
const isBy = ({ personId, person }: Approval, { id, name }: Person): boolean =>
  personId === undefined ? person === name : personId === id

const isStanding = (vote: Approval, person: Person): boolean =>
  vote.decision === 'approved' && vote.withdrawn === undefined && isBy(vote, person)

const hasEnoughVotes = (promotion: Promotion, { votes, now }: Pick<PromotionFacts, 'votes' | 'now'>): boolean =>
  countedVotes(promotion, votes, now).length >= promotion.approvalsNeeded
