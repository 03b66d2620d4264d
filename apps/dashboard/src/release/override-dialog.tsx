import type { GateResult, PromotionView } from '@gantry/core/api'
import { gateDetail, shortSha } from '@gantry/core/words'
import { useQueryClient } from '@tanstack/react-query'
import { acts } from '../api/acts.ts'
import { ReasonDialog } from '../ui/reason-dialog.tsx'

/** An owner lets one promotion past a gate; that gate alone, for that release alone. */
export function OverrideDialog(props: { promotion: PromotionView; gate: GateResult; onClose: () => void }) {
  const { promotion, gate, onClose } = props
  const client = useQueryClient()
  return (
    <ReasonDialog
      isGrave
      title={`${shortSha(promotion.release)} passes “${gate.title}”`}
      onClose={onClose}
      confirm="Let it pass"
      hint="The other gates and the approvals stay."
      act={async reason => {
        await acts.override(promotion, gate.gate, reason)
        await Promise.all(['line', 'release'].map(key => client.invalidateQueries({ queryKey: [key] })))
      }}
    >
      <p className="break-words">{gateDetail(gate)}</p>
    </ReasonDialog>
  )
}
