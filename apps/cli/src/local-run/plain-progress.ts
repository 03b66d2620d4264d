import type { JobState, LogLine, RunEvent, RunState } from '@gantry/core'
import type { Stream } from '../host.ts'
import { between, took } from '../terminal/ago.ts'
import type { Painter } from '../terminal/paint.ts'
import { afterEvent, type Progress } from './progress.ts'

/** Every line with the name of its job before it: for CI, pipes and files. */
export function plainProgress(planned: RunState, stdout: Stream, paint: Painter, now: () => Date): Progress {
  let run = planned
  const isHead = new Set<string>()
  // A message may have several lines; each is of the job.
  const say = (job: Pick<JobState, 'name'>, text: string) =>
    stdout.write(
      text
        .split(/\r?\n/)
        .map(line => `${paint.cyan(job.name)} | ${line}\n`)
        .join(''),
    )

  function hearJob(job: JobState): void {
    const former = run.jobs.find(({ id }) => id === job.id)
    if (job.status === former?.status) return
    if (job.status === 'in_progress') say(job, 'started')
    if (job.status === 'waiting') say(job, `waits for approval: ${job.environment}`)
    if (job.status !== 'completed') return
    say(job, `${job.conclusion} in ${took(between(job.startedAt, job.completedAt, now()))}`)
    // Failures without a step, such as an expression that cannot be evaluated, appear nowhere else.
    for (const each of job.annotations.filter(({ step }) => step === undefined))
      say(job, `${each.level}: ${each.message}`)
  }

  function hearLines(jobId: string, lines: LogLine[]): void {
    const job = run.jobs.find(({ id }) => id === jobId) ?? { name: jobId }
    for (const { text } of lines) {
      const said = readable(text, { isHead: isHead.has(jobId) })
      if (said.isHead) isHead.add(jobId)
      else isHead.delete(jobId)
      if (said.text !== null) say(job, said.text)
    }
  }

  return {
    hear(event: RunEvent) {
      if (event.kind === 'log') hearLines(event.jobId, event.lines)
      if (event.kind === 'job') hearJob(event.job)
      if (event.kind === 'run') event.run.jobs.forEach(hearJob)
      run = afterEvent(run, event)
    },
    pause() {},
    resume() {},
    end() {},
  }
}

/** A line of the log as people read it. The head of a step (script and shell, folded on GitHub) shows its first line only. */
export function readable(text: string, { isHead }: { isHead: boolean }): { text: string | null; isHead: boolean } {
  if (text.startsWith('##[group]Run ')) return { text: `▸ ${text.slice('##[group]Run '.length)}`, isHead: true }
  if (text === '##[endgroup]') return { text: null, isHead: false }
  if (isHead) return { text: null, isHead }
  const [, command = '', rest = ''] = /^##\[(group|error|warning|notice|debug|command)\](.*)$/s.exec(text) ?? []
  if (command === 'group') return { text: `▾ ${rest}`, isHead }
  return { text: command === '' ? text : `${command}: ${rest}`, isHead }
}
