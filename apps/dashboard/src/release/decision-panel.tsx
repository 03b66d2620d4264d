import type { GateResult, PromotionView } from '@gantry/core/api'
import { counted, givenApprovals } from '@gantry/core/words'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Panel } from '../ui/panel.tsx'
import { promotionFaces } from '../ui/state.ts'
import { StateMark } from '../ui/state-mark.tsx'
import { When } from '../ui/when.tsx'
import { EnvToMeet } from './env-to-meet.tsx'
import { GateList } from './gate-list.tsx'
import { PossibleVoters, VoteList } from './vote-list.tsx'

/** What was proved, who decided, and the two buttons. */
export function DecisionPanel(props: {
  promotion: PromotionView
  acts: ReactNode
  gateAct: (gate: GateResult) => ReactNode
  why: string | null
}) {
  const { promotion, acts, gateAct, why } = props
  const { approvals, approvalsNeeded, expiresAt, state, environment, begunAt } = promotion
  const given = givenApprovals(promotion)
  const isOpen = state === 'waiting' || state === 'ready'
  return (
    <Panel title={`To ${environment}`} aside={<StateMark face={promotionFaces[state]} />}>
      <GateList gates={promotion.gates} act={isOpen ? gateAct : undefined} />
      <VoteList approvals={approvals} />
      {promotion.brings?.since && (
        <p className="mt-2">
          <Link
            to="/releases/compare"
            search={{ from: promotion.brings.since, to: promotion.release, environment }}
            className="link"
          >
            What would change in {environment}
          </Link>
        </p>
      )}
      {promotion.brings && <EnvToMeet env={promotion.brings.env} />}
      <div className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-2 border-edge border-t pt-3">
        <div className="min-w-0 flex-1 basis-56 text-muted">
          <p>
            {given} of {counted(approvalsNeeded, 'approval')}
            {isOpen && (
              <>
                {' '}
                · expires <When at={expiresAt} />
              </>
            )}
          </p>
          {isOpen && approvalsNeeded > 0 && <PossibleVoters promotion={promotion} given={given} />}
          {isOpen && why && <p className="break-words text-text">{why}</p>}
        </div>
        {(isOpen || (state === 'approved' && begunAt === undefined)) && (
          <div className="flex gap-2 max-sm:w-full max-sm:[&>*]:flex-1">{acts}</div>
        )}
      </div>
    </Panel>
  )
}
