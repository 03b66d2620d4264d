import type { Approval, Brings, Hold, KnownAs, Person, Promotion, PromotionView, Release } from '@gantry/core/api'
import { handIn } from '@gantry/core/words'

export type Voter = Person & { knownAs: KnownAs }

export interface VoteFacts {
  promotion: Pick<PromotionView, 'state' | 'gates' | 'approvals' | 'environment' | 'approvalsBy'> & {
    brings: Pick<Brings, 'contributors'> | null
  }
  release: Pick<Release, 'badBecause'> | undefined
  person: Voter | undefined
  hold: Hold | null
  allowSelfApproval: boolean
}

/** Why this person cannot approve now; null when they can. The server decides again; this only says it beforehand. */
export function whyNoApproval({ promotion, release, person, hold, allowSelfApproval }: VoteFacts): string | null {
  const role = whyNoDecision(promotion, person)
  if (role) return role
  if (promotion.approvalsBy === 'owner' && person?.role !== 'owner') return 'Only an owner approves it'
  if (!release) return 'The release is being read'
  if (release.badBecause !== null) return `This release was marked bad: ${release.badBecause}`
  const hand = person && promotion.brings ? handIn(promotion.brings.contributors, person, person.knownAs) : null
  if (!allowSelfApproval && hand) return `You ${hand} some of what it brings; someone else must approve it`
  if (promotion.approvals.some(vote => isStanding(vote, person))) return 'You approved it already'
  if (hold) return `Promotions to ${promotion.environment} are held: ${hold.because}`
  const open = promotion.gates.filter(({ state }) => state !== 'met')
  if (open.length > 0) return `Not met: ${open.map(({ title, detail }) => `${title} (${detail})`).join('; ')}`
  return promotion.state === 'ready' ? null : 'The gates are being judged'
}

/** Why this person can neither approve nor reject. */
export function whyNoDecision(promotion: Pick<Promotion, 'state'>, person: Voter | undefined): string | null {
  if (promotion.state !== 'waiting' && promotion.state !== 'ready') return `It is ${promotion.state} already`
  if (!person) return 'Who you are is being read'
  if (person.role === 'release-manager' || person.role === 'owner') return null
  return `A release manager or owner decides; you are ${person.role === 'viewer' ? 'a viewer' : 'a developer'}`
}

/** Whether this person has a yes to take back: it counts, or would, and nothing of it is under way. */
export const mayWithdraw = (
  { approvals, state, begunAt }: Pick<Promotion, 'approvals' | 'state' | 'begunAt'>,
  person: Voter | undefined,
): boolean =>
  ['waiting', 'ready', 'approved'].includes(state) &&
  begunAt === undefined &&
  approvals.some(vote => isStanding(vote, person))

const isStanding = (vote: Approval, person: Voter | undefined): boolean =>
  vote.decision === 'approved' && !vote.withdrawn && !vote.lapsed && isBy(vote, person)

/** Votes of before name no id. */
const isBy = ({ personId, person: name }: Approval, person: Voter | undefined): boolean =>
  personId === undefined ? name === person?.name : personId === person?.id
