import type { JobState, RunState } from '@gantry/core'
import { between, took } from '../terminal/ago.ts'
import type { Painter } from '../terminal/paint.ts'
import { cut, shown, table } from '../terminal/table.ts'

/** A run that is over, or as far as it came: a row per job, then what went wrong in words. */
export function renderRun(run: RunState, paint: Painter, now: Date): string {
  const rows = run.jobs.map(job => [
    `${mark(job, paint)} ${shown(job.name)}`,
    stateOf(job),
    job.startedAt === undefined || job.conclusion === 'skipped'
      ? '–'
      : took(between(job.startedAt, job.completedAt, now)),
    cut(failedStep(job) ?? '', 60),
  ])
  const faults = run.jobs.flatMap(job =>
    job.annotations
      .filter(({ level }) => level === 'failure')
      .slice(0, 5)
      .map(
        ({ message, file, line }) =>
          `  ${job.name}: ${file ? `${file}${line ? `:${line}` : ''}: ` : ''}${shown(message)}`,
      ),
  )
  const whole = took(between(run.startedAt, run.completedAt, now))
  const end = run.conclusion ?? run.status
  const colour = end === 'success' ? paint.green : end === 'failure' ? paint.red : paint.yellow
  return [
    table(['job', 'result', 'time', 'failed at'], rows).trimEnd(),
    ...(faults.length > 0 ? ['', ...faults] : []),
    '',
    `${run.workflowName}: ${colour(end.replace('_', ' '))} ${run.status === 'completed' ? 'in' : 'after'} ${whole}${without(run)}`,
  ].join('\n')
}

/** The verdict is that of the rest, and says so. */
function without({ jobs }: RunState): string {
  const omitted = jobs.flatMap(({ name, steps }) =>
    steps.flatMap(step => (step.omitted === undefined ? [] : [`  ${shown(`${name}: ${step.name}: ${step.omitted}`)}`])),
  )
  return omitted.length === 0 ? '' : `, without\n${omitted.join('\n')}`
}

/** How a job stands, in one character. */
export function mark(job: Pick<JobState, 'status' | 'conclusion' | 'isTolerated'>, paint: Painter): string {
  const { status, conclusion } = job
  if (conclusion === 'success') return paint.green('✓')
  if (conclusion === 'failure' && job.isTolerated) return paint.yellow('▲')
  if (conclusion === 'failure') return paint.red('✗')
  if (conclusion !== undefined) return paint.dim('–')
  return status === 'in_progress' ? paint.cyan('●') : paint.dim('○')
}

function stateOf({ conclusion, isTolerated, status, environment }: JobState): string {
  if (conclusion === 'failure' && isTolerated) return 'failure, let pass'
  return conclusion ?? (status === 'waiting' ? `waits for approval: ${environment}` : status.replace('_', ' '))
}

const failedStep = ({ steps }: JobState): string | undefined =>
  steps.find(({ conclusion }) => conclusion === 'failure')?.name
