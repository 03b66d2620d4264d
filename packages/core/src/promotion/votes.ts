import type { ApproverRole } from '../config/approval-rule.ts'
import { instantMs } from '../duration/instant.ts'
import { isAtLeast } from '../person/acts.ts'
import type { Role } from '../person/person.ts'
import type { Approval, Promotion } from './promotion.ts'

/** What somebody who voted is at this moment. */
export interface VoterFacts {
  /** Null: they belong to the project no more. */
  role: Role | null
  /** What they have to do with what it would bring now: that changes when another release goes live there. */
  hand: 'wrote' | 'pushed' | null
}

/** Whose yes counts in an environment, and what is known of those who gave one, by their id. */
export interface VoteRule {
  by: ApproverRole
  allowSelfApproval: boolean
  voters: ReadonlyMap<string, VoterFacts>
}

/**
 * Why a yes does not count at this moment, or null when it does. It is asked again each time votes are counted: who lost the
 * role, or turns out to have a hand in it, has no say in what was not deployed yet.
 */
function whyLapsed(vote: Approval, { by, allowSelfApproval, voters }: VoteRule, now: string): string | null {
  const { personId, person, expiresAt, withdrawn } = vote
  if (withdrawn) return `${person} took it back: ${withdrawn.reason}`
  if (expiresAt !== undefined && instantMs(now) >= instantMs(expiresAt)) return `it counted until ${expiresAt}`
  const voter = personId === undefined ? undefined : voters.get(personId)
  // An old vote names no id, so that nothing more is known of who gave it.
  if (!voter) return null
  if (voter.role === null) return `${person} belongs to the project no more`
  if (!isAtLeast(voter.role, by)) return `${person} is ${spokenRole(voter.role)} now`
  if (voter.hand !== null && !allowSelfApproval) return `${person} ${voter.hand} part of what it brings now`
  return null
}

/** Votes as they are shown: each yes that does not count says why. */
export const shownVotes = (promotion: Pick<Promotion, 'approvals'>, rule: VoteRule, now: string): Approval[] =>
  promotion.approvals.map(vote => {
    const lapsed = vote.decision === 'approved' ? whyLapsed(vote, rule, now) : null
    return lapsed === null ? vote : { ...vote, lapsed }
  })

/** Each yes that counts, once for each person. */
export function countedVotes(promotion: Pick<Promotion, 'approvals'>, rule: VoteRule, now: string): Approval[] {
  const counted = promotion.approvals.filter(
    vote => vote.decision === 'approved' && whyLapsed(vote, rule, now) === null,
  )
  return [...new Map(counted.map(vote => [voterOf(vote), vote])).values()]
}

/** When the first of the votes that count runs out; null: none does. */
export function votesLapseAt(promotion: Pick<Promotion, 'approvals'>, rule: VoteRule, now: string): string | null {
  const ends = countedVotes(promotion, rule, now).flatMap(({ expiresAt }) => expiresAt ?? [])
  return ends.toSorted()[0] ?? null
}

/** Who voted, told apart by id; old votes carry the name only. */
const voterOf = ({ personId, person }: Approval): string => personId ?? person

/** @example 'a release manager' */
export const spokenRole = (role: Role): string => `${role === 'owner' ? 'an' : 'a'} ${role.replace('-', ' ')}`
