import type { Hold, PromotionView, ReleaseView } from '@gantry/core/api'
import { useQuery } from '@tanstack/react-query'
import { queries } from '../api/queries.ts'
import { currentProject } from '../project/current-project.ts'
import { mayWithdraw, type Voter, whyNoApproval, whyNoDecision } from './promotion-rules.ts'

export interface Decision {
  person: Voter | undefined
  /** Whether this person has a yes to take back. */
  mayWithdraw: boolean
  promotion: PromotionView | undefined
  environment: string | undefined
  hold: Hold | null
  /** Why this person cannot approve now; null when they can. */
  whyNoApproval: string | null
  whyNoDecision: string | null
}

/** The promotion of a release that waits, or the newest one, and what this person may do with it. */
export function useDecision(release: ReleaseView): Decision {
  const { data: me } = useQuery(queries.me())
  const person = me && {
    ...me.person,
    knownAs: me.knownAs,
    role: me.roles[currentProject() ?? ''] ?? ('viewer' as const),
  }
  const { data: line } = useQuery(queries.line())
  const { data: rules } = useQuery(queries.environmentRules())
  const promotion =
    release.promotions.find(({ state }) => state === 'waiting' || state === 'ready') ?? release.promotions[0]
  const environment = promotion?.environment
  const hold = line?.environments.find(({ name }) => name === environment)?.hold ?? null
  if (!promotion || !environment)
    return {
      ...{ person, promotion, environment, hold, mayWithdraw: false },
      ...{ whyNoApproval: 'Nothing waits', whyNoDecision: 'Nothing waits' },
    }
  const allowSelfApproval = rules?.config.environments[environment]?.allowSelfApproval ?? false
  const facts = { promotion, release, person, hold, allowSelfApproval }
  return {
    ...{ person, promotion, environment, hold },
    mayWithdraw: mayWithdraw(promotion, person),
    whyNoApproval: whyNoApproval(facts),
    whyNoDecision: whyNoDecision(promotion, person),
  }
}
