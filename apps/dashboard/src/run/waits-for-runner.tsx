import type { JobState, RunState } from '@gantry/core/api'
import { useQuery } from '@tanstack/react-query'
import { queries } from '../api/queries.ts'

/** Of a job that may start: that no runner has taken it yet, and whether one could. */
export function WaitsForRunner({ run, job }: { run: RunState; job: JobState }) {
  const { data } = useQuery({ ...queries.runners(), enabled: job.status === 'queued' })
  const waiting = data?.waiting.find(({ runId, jobId }) => runId === run.id && jobId === job.id)
  if (job.status !== 'queued' || waiting === undefined) return null
  const labels = waiting.labels.join(', ') || 'none'
  return (
    <p role="status" className="bg-waiting-tint px-3 py-2">
      {waiting.isUnfit
        ? `It waits for a runner with the labels ${labels}. None that lives has them all: add one with \`gantry runners add\`, or change runs-on.`
        : `It waits for a runner with the labels ${labels} to have room.`}
    </p>
  )
}
