import type { Promotion } from '@gantry/core/api'
import { counted } from '@gantry/core/words'
import type { ReactNode } from 'react'
import { Panel } from '../ui/panel.tsx'
import { promotionFaces } from '../ui/state.ts'
import { StateMark } from '../ui/state-mark.tsx'
import { When } from '../ui/when.tsx'
import { GateList } from './gate-list.tsx'

/** What was proved, who decided, and the two buttons. */
export function DecisionPanel(props: { promotion: Promotion; acts: ReactNode; why: string | null }) {
  const { promotion, acts, why } = props
  const { approvals, approvalsNeeded, expiresAt, state, environment } = promotion
  const given = approvals.filter(({ decision }) => decision === 'approved').length
  const isOpen = state === 'waiting' || state === 'ready'
  return (
    <Panel title={`To ${environment}`} aside={<StateMark face={promotionFaces[state]} />}>
      <GateList gates={promotion.gates} />
      {approvals.length > 0 && (
        <ul aria-label="Decisions" className="mt-2">
          {approvals.map(({ person, decision, reason, at }) => (
            <li key={`${person} ${at}`} className="break-words">
              <b className="font-semibold">{person}</b> {decision} it <When at={at} />: {reason}
            </li>
          ))}
        </ul>
      )}
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
          {isOpen && why && <p className="break-words text-text">{why}</p>}
        </div>
        {isOpen && <div className="flex gap-2 max-sm:w-full max-sm:[&>*]:flex-1">{acts}</div>}
      </div>
    </Panel>
  )
}
