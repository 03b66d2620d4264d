import type { JobState, RunState } from '@gantry/core/api'
import { Link } from '@tanstack/react-router'
import { Panel } from '../ui/panel.tsx'
import { type Role, runFace } from '../ui/state.ts'
import { StateIcon } from '../ui/state-mark.tsx'
import { Took } from '../ui/when.tsx'
import { LegName } from './leg-name.tsx'
import { type JobName, legNames } from './leg-names.ts'

const groups: readonly { name: string; holds: (role: Role, job: JobState) => boolean }[] = [
  { name: 'Failed', holds: role => role === 'bad' || role === 'warn' },
  { name: 'Running', holds: (_, { status }) => status === 'in_progress' },
  { name: 'Waiting', holds: role => role === 'waiting' },
  { name: 'Passed', holds: role => role === 'ok' },
  { name: 'Skipped', holds: () => true },
]

/** Jobs by state, failed first; in each group in the order of the file. */
export function JobList({ run, selected }: { run: RunState; selected: string | null }) {
  const names = legNames(run.jobs)
  const taken = Map.groupBy(run.jobs, job => groups.find(({ holds }) => holds(runFace(job).role, job))?.name)
  return (
    <Panel title="Jobs" flush>
      {groups.map(({ name }) => {
        const jobs = taken.get(name)
        return jobs && <Group key={name} {...{ name, jobs, run, names, selected }} />
      })}
      {run.jobs.length === 0 && <p className="p-3 text-muted">The workflow file is being read.</p>}
    </Panel>
  )
}

interface GroupProps {
  name: string
  jobs: JobState[]
  run: RunState
  names: Map<string, JobName>
  selected: string | null
}

function Group({ name, jobs, run, names, selected }: GroupProps) {
  return (
    <section aria-label={name} className="border-edge border-b last:border-0">
      <h3 className="px-3 pt-2 text-12 text-muted">
        {name} {jobs.length}
      </h3>
      <ul className="py-1">
        {jobs.map(job => (
          <li key={job.id}>
            <Link
              to="/runs/$run"
              params={{ run: run.id }}
              search={({ view }: { view?: string }) => ({ ...(view && { view }), job: job.id })}
              resetScroll={false}
              data-row
              aria-current={job.id === selected ? 'true' : undefined}
              className="row flex items-center gap-2 px-3 hover:bg-page aria-[current=true]:bg-waiting-tint"
            >
              <StateIcon face={runFace(job)} />
              <span className="min-w-0 flex-1 break-words">
                <LegName {...(names.get(job.id) ?? { name: job.name, leg: null })} />
              </span>
              <span className="sr-only">{runFace(job).word}</span>
              <span className="whitespace-nowrap text-muted">
                <Took from={job.startedAt} to={job.completedAt} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
