import type { Issue, RunSummary } from '@gantry/core/api'
import { counted, failureLine } from '@gantry/core/words'
import { Link } from '@tanstack/react-router'
import { Panel } from '../ui/panel.tsx'
import { issueFaces, runFace } from '../ui/state.ts'
import { StateMark } from '../ui/state-mark.tsx'
import { Took } from '../ui/when.tsx'

export function ReleaseRuns({ runs }: { runs: RunSummary[] }) {
  return (
    <Panel title="Runs">
      {runs.length === 0 && <p className="text-muted">No run is known for this commit.</p>}
      <ul>
        {runs.map(run => (
          <li key={run.id} className="flex flex-wrap items-center gap-x-2 py-0.5">
            <StateMark face={runFace(run)} />
            <Link to="/runs/$run" params={{ run: run.id }} className="link">
              {run.workflowName} {run.number}
            </Link>
            <span className="min-w-0 break-words text-muted">
              {failureLine(run) ?? <Took from={run.startedAt} to={run.completedAt} />}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

export function FoundIssues({ issues }: { issues: Issue[] }) {
  return (
    <Panel title="Issues first seen with it">
      {issues.length === 0 && <p className="text-muted">None was reported.</p>}
      <ul>
        {issues.map(issue => (
          <li key={issue.id} className="flex flex-wrap items-center gap-x-2 py-0.5">
            <StateMark face={issueFaces[issue.state]} quiet />
            <Link to="/issues/$issue" params={{ issue: String(issue.number) }} className="link min-w-0 break-words">
              {issue.title}
            </Link>
            <span className="text-muted">{counted(issue.events, 'event')}</span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
