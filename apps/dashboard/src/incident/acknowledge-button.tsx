import type { Incident } from '@gantry/core/api'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { acts } from '../api/acts.ts'
import { Button } from '../ui/button.tsx'
import { asError, Refusal } from '../ui/refusal.tsx'

/** One press, no reason: somebody is awake and on it. */
export function AcknowledgeButton({ incident }: { incident: Incident }) {
  const { acknowledge, refused, isActing } = useAcknowledge(incident)
  if (incident.state !== 'open') return null
  return (
    <>
      <Button look="danger" onClick={acknowledge} why={isActing ? 'It is being acknowledged' : null}>
        Acknowledge
      </Button>
      {refused && <Refusal error={refused} onRetry={acknowledge} />}
    </>
  )
}

export function useAcknowledge(incident: Incident | undefined) {
  const client = useQueryClient()
  const [refused, setRefused] = useState<Error | null>(null)
  const [isActing, setActing] = useState(false)
  const acknowledge = () => {
    if (incident?.state !== 'open' || isActing) return
    setActing(true)
    setRefused(null)
    void acts
      .acknowledge(incident)
      .catch((cause: unknown) => setRefused(asError(cause)))
      .then(() =>
        Promise.all(['line', 'incident', 'incidents'].map(key => client.invalidateQueries({ queryKey: [key] }))),
      )
      .finally(() => setActing(false))
  }
  return { acknowledge, refused, isActing }
}
