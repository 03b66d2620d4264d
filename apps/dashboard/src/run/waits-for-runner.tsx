import type { JobState, RunState } from '@gantry/core/api'
import { whyWaits } from '@gantry/core/words'
import { useQuery } from '@tanstack/react-query'
import { queries } from '../api/queries.ts'

/** Of a job that may start: that no runner has taken it yet, and whether one could. */
export function WaitsForRunner({ run, job }: { run: RunState; job: JobState }) {
  const { data } = useQuery({ ...queries.runners(), enabled: job.status === 'queued' })
  const waiting = data?.waiting.find(({ runId, jobId }) => runId === run.id && jobId === job.id)
  if (job.status !== 'queued' || waiting === undefined) return null
  return (
    <p role="status" className="bg-waiting-tint px-3 py-2">
      {whyWaits(waiting)}
    </p>
  )
}
