import type { JobState, RunState } from '@gantry/core/api'
import { useSeconds } from '../ui/now.ts'
import { runFace } from '../ui/state.ts'
import { roleSolid, StateMark } from '../ui/state-mark.tsx'
import { duration } from '../ui/time.ts'
import { LegName } from './leg-name.tsx'
import { type JobName, legNames } from './leg-names.ts'

/** When each job waited and when it ran, on the run's own clock. */
export function Waterfall({ run }: { run: RunState }) {
  const now = useSeconds()
  const names = legNames(run.jobs)
  const start = Date.parse(run.createdAt)
  const end = Math.max(start + 1_000, run.completedAt ? Date.parse(run.completedAt) : now)
  return (
    <div className="overflow-x-auto">
      <table className="w-full min-w-[32rem]">
        <caption className="sr-only">Jobs over time</caption>
        <thead className="text-12 text-muted">
          <tr>
            <th scope="col" className="w-44 font-normal">
              job
            </th>
            <th scope="col" className="font-normal">
              0 to {duration(end - start)}
            </th>
            <th scope="col" className="w-40 pl-3 font-normal">
              waited, ran
            </th>
          </tr>
        </thead>
        <tbody>
          {run.jobs.map(job => (
            <Row key={job.id} {...{ job, start, end, now }} name={names.get(job.id) ?? { name: job.name, leg: null }} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

interface RowProps {
  job: JobState
  name: JobName
  start: number
  end: number
  now: number
}

function Row({ job, name, start, end, now }: RowProps) {
  const face = runFace(job)
  const created = Date.parse(job.createdAt)
  const over = job.completedAt ? Date.parse(job.completedAt) : now
  const started = job.startedAt ? Date.parse(job.startedAt) : over
  const share = (ms: number) => `${(Math.max(0, ms) / (end - start)) * 100}%`
  const hasRun = job.startedAt !== undefined && job.conclusion !== 'skipped'
  return (
    <tr className="row h-8 border-edge border-t">
      <th scope="row" className="pr-3 font-normal">
        <span className="flex items-center gap-1.5">
          <StateMark face={face} quiet />
          <span className="min-w-0 break-words">
            <LegName {...name} />
          </span>
        </span>
      </th>
      <td>
        <div className="relative h-3">
          <span
            className="bar absolute h-3 rounded-4 border border-control border-dashed"
            style={{ left: share(created - start), width: share(started - created) }}
          />
          {hasRun && (
            <span
              className={`bar absolute h-3 min-w-0.5 rounded-4 ${roleSolid[face.role]}`}
              style={{ left: share(started - start), width: share(over - started) }}
            />
          )}
        </div>
      </td>
      <td className="whitespace-nowrap pl-3 text-12 text-muted">
        {duration(started - created)}, {hasRun ? duration(over - started) : 'did not run'}
      </td>
    </tr>
  )
}
