import type { JobState, RunEvent, StepState } from '@gantry/core'
import type { Stream } from '../host.ts'
import type { Progress } from './progress.ts'

/** One step of a job that goes on, as it is now. */
interface StepLine {
  kind: 'step'
  runId: string
  jobId: string
  step: StepState
}

/**
 * One JSON object a line: the runner's events. A job is written whole when it begins, waits and ends; in between, only the
 * steps that changed. Each change of one of 4,000 steps would otherwise write all of them.
 */
export function jsonProgress(stdout: Stream): Progress {
  const written = new Map<string, WrittenJob>()
  const write = (line: RunEvent | StepLine) => stdout.write(`${JSON.stringify(line)}\n`)

  function hearJob(runId: string, job: JobState): void {
    const before = written.get(job.id)
    if (before === undefined || before.status !== job.status || before.steps.length !== job.steps.length) {
      written.set(job.id, { status: job.status, steps: job.steps.map(writtenStep) })
      write({ kind: 'job', runId, job })
      return
    }
    for (const [place, step] of job.steps.entries()) {
      const known = before.steps[place]
      // The runner hands on the same copy of a step for as long as it does not change.
      if (known?.step === step) continue
      const now = writtenStep(step)
      before.steps[place] = now
      if (known?.text !== now.text) write({ kind: 'step', runId, jobId: job.id, step })
    }
  }

  return {
    hear(event) {
      if (event.kind === 'job') hearJob(event.runId, event.job)
      else write(event)
    },
    pause() {},
    resume() {},
    end() {},
  }
}

interface WrittenJob {
  status: JobState['status']
  steps: { step: StepState; text: string }[]
}

const writtenStep = (step: StepState) => ({ step, text: JSON.stringify(step) })
