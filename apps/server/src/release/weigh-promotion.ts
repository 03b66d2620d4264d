import {
  GantryError,
  type GateFacts,
  gateFactsOf,
  gatesAgainInMs,
  handIn,
  isOpenPromotion,
  judgeGates,
  judgePromotion,
  type KnownAs,
  type Override,
  type Promotion,
  type Release,
  type Role,
  type Store,
  shortSha,
  type VoteRule,
  type VoterFacts,
  votesLapseAt,
} from '@gantry/core'
import type { EnvironmentConfig } from '@gantry/core/config'
import type { Repository } from '../git/repository.ts'
import { earliest } from '../watch/due-work.ts'
import { partsOf } from './brings.ts'
import { gateFacts } from './gate-facts.ts'
import type { ReleaseChecklists } from './release-checklists.ts'

/** Somebody as they are at this moment: their role here, null for none, and names and addresses of now and before. */
export interface Voter {
  role: Role | null
  knownAs: KnownAs
}

export interface WeighingParts {
  store: Store
  repository: Pick<Repository, 'writtenSince'>
  checklists: Pick<ReleaseChecklists, 'of'>
  voter(personId: string): Promise<Voter>
  wayBack(release: Release, environment: string): Promise<GateFacts['wayBack']>
}

export interface Weighed {
  /** As it stands at this moment. */
  judged: Promotion
  votes: VoteRule
  release: Release
  /** When time alone changes that; null: never. */
  dueAt: Date | null
}

/** Gathers what gates and votes rest on, and judges the promotion by it. Changes nothing. */
export async function weighPromotion(
  promotion: Promotion,
  settings: EnvironmentConfig | null,
  now: string,
  parts: WeighingParts,
): Promise<Weighed> {
  const { store } = parts
  const { project, environment } = promotion
  const release = await releaseOf(promotion, store)
  const asked = settings?.gates ?? []
  const facts = await gateFacts(gateFactsOf(asked), { promotion, release, ...parts })
  const moment = { release, environment, now }
  const gates = judgeGates(asked, facts, moment, await standingOverrides(promotion, parts))
  const votes = await voteRule(promotion, settings, parts)
  const hold = await store.promotions.hold(project, environment)
  const judged = judgePromotion(promotion, { gates, hold, votes, now })
  const lapseAt = votesLapseAt(judged, votes, now)
  const lapse = lapseAt === null ? null : new Date(lapseAt)
  const againInMs = gatesAgainInMs(asked, facts, moment)
  const againAt = againInMs === null ? null : new Date(Date.parse(now) + againInMs)
  if (!isOpenPromotion(judged.state)) {
    const isWaiting = judged.state === 'approved' && judged.begunAt === undefined
    return { judged, votes, release, dueAt: isWaiting ? earliest([againAt, lapse]) : null }
  }
  return { judged, votes, release, dueAt: earliest([againAt, lapse, new Date(judged.expiresAt)]) }
}

/** Who is an owner no more lets nothing past a gate. */
async function standingOverrides({ overrides = [] }: Promotion, { voter }: WeighingParts): Promise<Override[]> {
  const given = await Promise.all(overrides.map(async override => ({ override, by: await voter(override.personId) })))
  return given.flatMap(({ override, by }) => (by.role === 'owner' ? [override] : []))
}

/** Whose yes counts, and what those who gave one are now. */
async function voteRule(
  promotion: Promotion,
  settings: EnvironmentConfig | null,
  parts: WeighingParts,
): Promise<VoteRule> {
  const by = promotion.approvalsBy === 'owner' ? 'owner' : 'release-manager'
  const allowSelfApproval = settings?.allowSelfApproval ?? false
  const people = new Map(promotion.approvals.flatMap(({ personId, person }) => (personId ? [[personId, person]] : [])))
  const voters = new Map<string, VoterFacts>()
  if (people.size === 0) return { by, allowSelfApproval, voters }
  const { contributors } = await partsOf(promotion, parts)
  for (const [id, name] of people) {
    const { role, knownAs } = await parts.voter(id)
    voters.set(id, { role, hand: handIn(contributors, { id, name }, knownAs) })
  }
  return { by, allowSelfApproval, voters }
}

async function releaseOf({ project, release: id }: Promotion, store: Pick<Store, 'releases'>): Promise<Release> {
  const release = await store.releases.get(project, id)
  if (release) return release
  throw new GantryError('NOT_FOUND', `no release was made of ${shortSha(id)}: the build job runs \`gantry release\``)
}
