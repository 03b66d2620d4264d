import type { JobState, RunState } from '@gantry/core/api'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { queries } from '../api/queries.ts'
import { useKeys } from '../ui/keys.ts'
import { useNeighbours } from '../ui/neighbours.ts'
import { Page } from '../ui/page.tsx'
import { Loaded, Skeleton } from '../ui/panel.tsx'
import { runFace } from '../ui/state.ts'
import { StateIcon } from '../ui/state-mark.tsx'
import { Took } from '../ui/when.tsx'
import { sentence } from '../ui/words.ts'
import { failuresOf } from './failures.ts'
import { isShown } from './is-shown.ts'
import { JobList } from './job-list.tsx'
import { JobPane } from './job-pane.tsx'
import { JobViews } from './job-views.tsx'
import { RunActs } from './run-acts.tsx'
import { RunFacts } from './run-facts.tsx'

const route = getRouteApi('/runs/$run')

export function RunScreen() {
  const { run: id } = route.useParams()
  const query = useQuery(queries.run(id))
  useNeighbours()
  const run = query.data
  return (
    <Page
      title={run ? `Run ${run.number}` : 'Run'}
      heading={run ? <Heading run={run} /> : 'Run'}
      aside={run && <RunActs run={run} />}
    >
      <Loaded query={query} rows={10}>
        {data => <RunParts key={data.id} run={data} />}
      </Loaded>
    </Page>
  )
}

function Heading({ run }: { run: RunState }) {
  const face = runFace(run)
  return (
    <span className="flex flex-wrap items-center gap-x-2">
      <span className="text-muted">Run {run.number}</span>
      <StateIcon face={face} size={20} />
      <span>
        {sentence(face.word)} {run.startedAt && (run.completedAt ? 'in ' : 'for ')}
        <Took from={run.startedAt} to={run.completedAt} />
      </span>
    </span>
  )
}

function RunParts({ run }: { run: RunState }) {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const failures = failuresOf(run)
  const first = failures[0]
  const job = run.jobs.find(({ id }) => id === search.job) ?? first?.job ?? preferred(run.jobs)
  const isUnnamed = !search.job && first !== undefined

  // A failed run opens at its first failure, and the address says so.
  useEffect(() => {
    if (!isUnnamed || !first || !isShown(run.id)) return
    const step = first.step ? { step: String(first.step.number) } : {}
    void navigate({ search: before => ({ ...before, job: first.job.id, ...step }), replace: true, resetScroll: false })
  }, [isUnnamed, first, run.id, navigate])

  const goToFailure = () => {
    const at = failures.findIndex(
      each => each.job.id === job?.id && String(each.step?.number ?? '') === (search.step ?? ''),
    )
    const next = failures[(at + 1) % failures.length]
    if (!next) return
    const step = next.step ? { step: String(next.step.number) } : {}
    void navigate({ search: ({ view }) => ({ ...(view && { view }), job: next.job.id, ...step }), resetScroll: false })
  }
  useKeys({ f: goToFailure })
  const [said, setSaid] = useState<Record<string, string>>({})
  const firstSaid = first?.step ? (said[`${first.job.id} ${first.step.number}`] ?? null) : null
  return (
    <>
      <RunFacts run={run} failure={first} said={firstSaid} failures={failures.length} onNext={goToFailure} />
      <div className="grid min-w-0 items-start gap-3 lg:grid-cols-[15rem_minmax(0,1fr)]">
        <JobList run={run} selected={job?.id ?? null} />
        <div className="flex min-w-0 flex-col gap-3">
          <JobViews run={run} selected={job?.id ?? null} view={search.view ?? 'graph'} />
          {job ? (
            <JobPane
              key={job.id}
              {...{ run, job, search }}
              onFailing={(of, step, text) => setSaid(before => ({ ...before, [`${of} ${step}`]: text }))}
            />
          ) : (
            <Skeleton rows={4} />
          )}
        </div>
      </div>
    </>
  )
}

const preferred = (jobs: JobState[]): JobState | undefined =>
  jobs.find(({ status }) => status === 'in_progress') ?? jobs.find(({ steps }) => steps.length > 0) ?? jobs[0]
