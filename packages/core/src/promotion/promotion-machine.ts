import { instantMs } from '../duration/instant.ts'
import { GantryError } from '../errors/gantry-error.ts'
import type { KnownAs, Person } from '../person/person.ts'
import type { Release } from '../release/release.ts'
import { shortSha } from '../words/short-sha.ts'
import type { Contributors } from './contributors.ts'
import { handIn } from './hand-in.ts'
import type { Approval, GateResult, Hold, Promotion, PromotionState } from './promotion.ts'

/** Which state may follow which. `ready` goes back to `waiting` when a gate stops being met. */
export const promotionTransitions = {
  waiting: ['ready', 'rejected', 'expired'],
  ready: ['waiting', 'approved', 'rejected', 'expired'],
  approved: ['done', 'rejected', 'expired'],
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

/**
 * The promotion after its gates were judged anew. It expires when its time is over, waits while a gate is not met,
 * and is approved as soon as everything is there: never while promotions are held.
 */
export function judgePromotion(
  promotion: Promotion,
  facts: { gates: GateResult[]; hold: Hold | null; now: string },
): Promotion {
  if (!isOpenPromotion(promotion.state)) return promotion
  if (isOver(promotion, facts.now)) return movePromotion(promotion, 'expired')
  const judged = { ...promotion, gates: facts.gates }
  if (!facts.gates.every(gate => gate.state === 'met')) {
    return judged.state === 'ready' ? movePromotion(judged, 'waiting') : judged
  }
  const ready = judged.state === 'waiting' ? movePromotion(judged, 'ready') : judged
  return hasEnoughVotes(ready) && facts.hold === null ? movePromotion(ready, 'approved') : ready
}

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
  /** Whether they may approve it, as the environment says. */
  allowSelfApproval: boolean
  hold: Hold | null
}

/**
 * One person's yes. The last one needed makes it approved.
 * @throws GantryError FORBIDDEN, REASON_REQUIRED, CONFLICT, ILLEGAL_TRANSITION, PROMOTIONS_HELD, GATES_NOT_MET
 */
export function approvePromotion(vote: Vote): Promotion {
  const { promotion, release, hold } = vote
  checkVoter(vote)
  const hand = handIn(vote.contributors, vote.person, vote.knownAs ?? unknown)
  if (!vote.allowSelfApproval && hand !== null) {
    const what = `${hand === 'wrote' ? 'wrote' : 'pushed'} some of what ${shortSha(release.id)} brings`
    throw new GantryError(
      'FORBIDDEN',
      `${vote.person.name} ${what} to ${promotion.environment}; someone else must approve it`,
    )
  }
  if (promotion.approvals.some(given => isApprovalOf(given, vote.person))) {
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
  const voted = withVote(vote, 'approved')
  return hasEnoughVotes(voted) ? movePromotion(voted, 'approved') : voted
}

/**
 * One person's no. It ends the promotion, whatever others said.
 * @throws GantryError FORBIDDEN, REASON_REQUIRED, CONFLICT, ILLEGAL_TRANSITION
 */
export function rejectPromotion(vote: Pick<Vote, 'promotion' | 'release' | 'person' | 'reason' | 'now'>): Promotion {
  checkVoter(vote)
  return movePromotion(withVote(vote, 'rejected'), 'rejected')
}

function checkVoter({
  promotion,
  release,
  person,
  reason,
  now,
}: Pick<Vote, 'promotion' | 'release' | 'person' | 'reason' | 'now'>): void {
  if (person.role !== 'release-manager' && person.role !== 'owner') {
    throw new GantryError(
      'FORBIDDEN',
      `${person.name} is a ${person.role}; a release manager or owner decides promotions`,
    )
  }
  if (reason.trim() === '') throw new GantryError('REASON_REQUIRED', 'expected a reason, got nothing')
  if (release.id !== promotion.release) {
    throw new GantryError(
      'CONFLICT',
      `this promotion is of ${shortSha(promotion.release)}, the decision was about ${shortSha(release.id)}`,
    )
  }
  if (!isOpenPromotion(promotion.state)) {
    throw new GantryError('ILLEGAL_TRANSITION', `the promotion of ${shortSha(promotion.release)} is ${promotion.state}`)
  }
  if (isOver(promotion, now)) {
    throw new GantryError(
      'ILLEGAL_TRANSITION',
      `the promotion of ${shortSha(promotion.release)} expired at ${promotion.expiresAt}`,
    )
  }
}

function withVote(
  { promotion, person, reason, now }: Pick<Vote, 'promotion' | 'person' | 'reason' | 'now'>,
  decision: Approval['decision'],
): Promotion {
  return {
    ...promotion,
    approvals: [
      ...promotion.approvals,
      { person: person.name, personId: person.id, decision, reason: reason.trim(), at: now },
    ],
  }
}

const unknown: KnownAs = { names: [], emails: [] }
const isOver = (promotion: Promotion, now: string): boolean => instantMs(now) >= instantMs(promotion.expiresAt)

/** Who voted, told apart by id; old votes carry the name only. */
const voterOf = ({ personId, person }: Approval): string => personId ?? person

const isApprovalOf = (given: Approval, { id, name }: Person): boolean =>
  given.decision === 'approved' && (given.personId === undefined ? given.person === name : given.personId === id)

function hasEnoughVotes(promotion: Promotion): boolean {
  const people = new Set(promotion.approvals.filter(vote => vote.decision === 'approved').map(voterOf))
  return people.size >= promotion.approvalsNeeded
}
