import type { Command } from '@gantry/core'
import { runProcess } from '../process/run-process.ts'
import type { Frame } from './frame.ts'
import type { StepOutput } from './step-output.ts'

/** Inside of the walls of the job, and within its limits. */
export function within({ job: { cell, limited } }: Frame, call: Command): Command {
  const walled = cell?.inside(call) ?? call
  return limited?.within(walled) ?? walled
}

/** Runs one process for a step, its output going through `output`. Answers with its exit code. */
export async function runInProcess(
  frame: Frame,
  call: Command,
  output: StepOutput,
  signal: AbortSignal,
): Promise<number> {
  const { job } = frame
  const splitter = output.splitter()
  const running = runProcess({
    ...within(frame, call),
    pipe: await job.pipes.open(),
    onData(chunk) {
      splitter.write(chunk)
      return job.log.room()
    },
    signal,
    grace: job.grace,
  })
  job.processes.push(running)
  try {
    return (await running.exit).exitCode
  } finally {
    splitter.end()
  }
}
