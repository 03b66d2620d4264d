import type { JobState, RunState, StepState } from '@gantry/core/api'
import { plain } from '@gantry/core/words'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect, useMemo } from 'react'
import { getText } from '../api/client.ts'
import { ofProject } from '../project/current-project.ts'
import { Panel } from '../ui/panel.tsx'
import { runFace, stepFace } from '../ui/state.ts'
import { StateIcon, StateMark } from '../ui/state-mark.tsx'
import { Took } from '../ui/when.tsx'
import { failureFinder } from './failures.ts'
import { isShown } from './is-shown.ts'
import { JobLogView } from './job-log.tsx'
import { useJobLog } from './use-job-log.ts'
import { WaitsForRunner } from './waits-for-runner.tsx'

const route = getRouteApi('/runs/$run')

interface Props {
  run: RunState
  job: JobState
  search: { job?: string; step?: string; line?: string }
  /** Told what the failing line of a step says, once it is known. */
  onFailing: (job: string, step: string, text: string) => void
}

/** Steps of the chosen job, and its log, opened where the address says. */
export function JobPane({ run, job, search, onFailing }: Props) {
  const navigate = route.useNavigate()
  const log = useJobLog(run.id, job.id)
  const line = search.line ? Number(search.line) : null
  const step = search.step ? Number(search.step) : null
  const chosen = job.steps.find(({ number }) => number === step)
  const path = ofProject(`/runs/${encodeURIComponent(run.id)}/jobs/${encodeURIComponent(job.id)}/log?format=text`)
  const isFailedHere = job.conclusion === 'failure' && search.job === job.id
  const find = useMemo(() => failureFinder(log.buffer, step), [log.buffer, step])
  const failing = isFailedHere ? find(!log.isLoading) : null
  const said = failing === null ? null : plain(log.buffer.at(log.buffer.indexOf(failing))?.text ?? '')
  // biome-ignore lint/correctness/useExhaustiveDependencies: `onFailing` is another function at each render
  useEffect(() => {
    if (said && search.step) onFailing(job.id, search.step, said)
  }, [said, job.id, search.step])
  useEffect(() => {
    if (failing === null || line !== null || !isShown(run.id)) return
    void navigate({ search: before => ({ ...before, line: String(failing) }), replace: true, resetScroll: false })
  }, [failing, line, run.id, navigate])
  const goTo = (seq: number | undefined, number: number) => {
    if (seq === undefined) return
    void navigate({
      search: before => ({ ...before, job: job.id, step: String(number), line: String(seq) }),
      replace: true,
      resetScroll: false,
    })
  }
  const firstLineOf = (number: number) => {
    for (let index = 0; index < log.buffer.size; index++) {
      const entry = log.buffer.at(index)
      if (entry?.step === number) return entry.seq
    }
    return undefined
  }
  return (
    <Panel
      title={job.name}
      flush
      aside={
        <span className="flex items-center gap-3">
          <StateMark face={runFace(job)} />
          <Took from={job.startedAt} to={job.completedAt} />
        </span>
      }
    >
      <WaitsForRunner run={run} job={job} />
      <div className="grid min-w-0 lg:grid-cols-[13rem_minmax(0,1fr)]">
        <Steps steps={job.steps} chosen={step} onStep={number => goTo(firstLineOf(number), number)} />
        <JobLogView
          job={job}
          log={log}
          line={line}
          rawHref={`/api/v1${path}`}
          copied={{
            name: chosen ? `Copy the log of step ${chosen.number} “${chosen.name}”` : 'Copy the log of the job',
            text: async () => plain(await getText(chosen ? `${path}&step=${chosen.number}` : path)),
          }}
          onLine={({ seq, step: number }) => goTo(seq, number)}
        />
      </div>
    </Panel>
  )
}

function Steps(props: { steps: StepState[]; chosen: number | null; onStep: (number: number) => void }) {
  const { steps, chosen, onStep } = props
  if (steps.length === 0) return <p className="p-3 text-muted">No steps yet.</p>
  return (
    <ol aria-label="Steps" className="border-edge max-lg:max-h-44 max-lg:overflow-y-auto max-lg:border-b lg:border-r">
      {steps.map(step => {
        const face = stepFace(step)
        return (
          <li key={step.number}>
            <button
              type="button"
              aria-current={step.number === chosen ? 'step' : undefined}
              onClick={() => onStep(step.number)}
              className="row flex w-full items-center gap-2 px-3 text-left hover:bg-page aria-[current=step]:bg-waiting-tint"
            >
              <StateIcon face={face} size={14} />
              <span className="min-w-0 flex-1 break-words">
                <span className="text-muted">{step.number}</span> {step.name}
              </span>
              <span className="sr-only">{face.word}</span>
              <span className="whitespace-nowrap text-12 text-muted">
                <Took from={step.startedAt} to={step.completedAt} />
              </span>
            </button>
          </li>
        )
      })}
    </ol>
  )
}
