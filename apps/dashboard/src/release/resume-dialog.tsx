import { useQueryClient } from '@tanstack/react-query'
import { acts } from '../api/acts.ts'
import { ReasonDialog } from '../ui/reason-dialog.tsx'

export function ResumeDialog({ environment, onClose }: { environment: string; onClose: () => void }) {
  const client = useQueryClient()
  return (
    <ReasonDialog
      title={`Promotions to ${environment} go on`}
      onClose={onClose}
      confirm="Resume promotions"
      act={async reason => {
        await acts.resume(environment, reason)
        await Promise.all(['line', 'release'].map(key => client.invalidateQueries({ queryKey: [key] })))
      }}
    >
      <p>What was approved and waits is deployed at once. Releases marked bad stay marked.</p>
    </ReasonDialog>
  )
}
