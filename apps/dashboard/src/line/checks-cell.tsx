import type { RunSummary } from '@gantry/core/api'
import { failureLine, refInWords, shortSha } from '@gantry/core/words'
import { Link } from '@tanstack/react-router'
import { runFace } from '../ui/state.ts'
import { StateMark } from '../ui/state-mark.tsx'
import { Took, When } from '../ui/when.tsx'
import { nameOf } from '../ui/words.ts'

/** The newest runs: what is in checks now, and the first failure of each in words. */
export function ChecksCell({ runs, isHeaded = false }: { runs: RunSummary[]; isHeaded?: boolean }) {
  if (runs.length === 0)
    return <p className="px-3 py-2 text-muted">No run yet. Push a branch and its checks run here.</p>
  return (
    <>
      {isHeaded && <p className="px-3 pt-2 font-semibold">checks</p>}
      <ul>
        {runs.slice(0, 5).map(run => (
          <li key={run.id} className="border-edge border-b px-3 py-2 last:border-0">
            <CheckRun run={run} />
          </li>
        ))}
      </ul>
    </>
  )
}

function CheckRun({ run }: { run: RunSummary }) {
  const done = run.jobs.filter(({ status }) => status === 'completed').length
  const isRunning = run.status !== 'completed'
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-2">
        <StateMark face={runFace(run)} />
        <Link to="/runs/$run" params={{ run: run.id }} className="link">
          {run.workflowName} {run.number}
        </Link>
        <code className="text-muted">{shortSha(run.sha)}</code>
        <span className="ml-auto text-muted">
          {run.startedAt && !run.completedAt ? (
            <Took from={run.startedAt} to={null} />
          ) : (
            <When at={run.completedAt ?? run.createdAt} />
          )}
        </span>
      </div>
      {run.failedAt && <p className="line-clamp-2 break-words text-bad">{failureLine(run)}</p>}
      <p className="truncate text-muted">
        {refInWords(run.ref)} · {run.title}
        {run.author && `, ${nameOf(run.author)}`}
      </p>
      {isRunning && run.jobs.length > 0 && (
        <p className="flex items-center gap-2 text-12 text-muted">
          <progress
            value={done}
            max={run.jobs.length}
            aria-label="Jobs done"
            className="h-1 w-24 accent-waiting-solid"
          />
          {done} of {run.jobs.length} jobs
        </p>
      )}
    </>
  )
}
