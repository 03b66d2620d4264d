import type { RunState } from '@gantry/core/api'
import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { acts } from '../api/acts.ts'
import { pagePath } from '../project/current-project.ts'
import { Button } from '../ui/button.tsx'
import { ReasonDialog } from '../ui/reason-dialog.tsx'

export function RunActs({ run }: { run: RunState }) {
  const [open, setOpen] = useState<'rerun' | 'cancel' | null>(null)
  const router = useRouter()
  const client = useQueryClient()
  const isOver = run.status === 'completed'
  return (
    <>
      {isOver ? (
        <Button onClick={() => setOpen('rerun')}>Re-run…</Button>
      ) : (
        <Button onClick={() => setOpen('cancel')}>Cancel run…</Button>
      )}
      {open === 'rerun' && (
        <ReasonDialog
          title={`Run ${run.number} is run again, for the same commit`}
          onClose={() => setOpen(null)}
          confirm={`Re-run run ${run.number}`}
          act={async reason => {
            const next = await acts.rerun(run.id, reason)
            await client.invalidateQueries({ queryKey: ['runs'] })
            if (next.id !== run.id) router.history.push(pagePath(`/runs/${next.id}`))
            else await client.invalidateQueries({ queryKey: ['run', run.id] })
          }}
        />
      )}
      {open === 'cancel' && (
        <ReasonDialog
          isGrave
          title={`Run ${run.number} stops, and what it started ends`}
          onClose={() => setOpen(null)}
          confirm={`Cancel run ${run.number}`}
          act={async reason => {
            await acts.cancelRun(run.id, reason)
            await client.invalidateQueries({ queryKey: ['run', run.id] })
          }}
        />
      )}
    </>
  )
}
