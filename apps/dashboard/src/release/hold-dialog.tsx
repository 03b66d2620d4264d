import { useQueryClient } from '@tanstack/react-query'
import { acts } from '../api/acts.ts'
import { ReasonDialog } from '../ui/reason-dialog.tsx'

export function HoldDialog({ environment, onClose }: { environment: string; onClose: () => void }) {
  const client = useQueryClient()
  return (
    <ReasonDialog
      title={`Promotions to ${environment} wait`}
      onClose={onClose}
      confirm="Hold promotions"
      act={async reason => {
        await acts.hold(environment, reason)
        await Promise.all(['line', 'release'].map(key => client.invalidateQueries({ queryKey: [key] })))
      }}
    >
      <p>Nothing goes there until somebody resumes them. What is live stays live, and can be rolled back.</p>
    </ReasonDialog>
  )
}
