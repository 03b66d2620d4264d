import type { JobState, RunState, StepState } from '@gantry/core/api'
import { failedJobs, failureSentence, inOneSentence, plain } from '@gantry/core/words'
import type { LogBuffer } from './log-buffer.ts'

export interface Failure {
  job: JobState
  step: StepState | null
}

/** The failures that count, in the order to read them. */
export function failuresOf(run: Pick<RunState, 'jobs' | 'conclusion'>): Failure[] {
  if (run.conclusion === 'success') return []
  return failedJobs(run.jobs).flatMap((job): Failure[] => {
    const steps = job.steps.filter(({ conclusion }) => conclusion === 'failure')
    return steps.length === 0 ? [{ job, step: null }] : steps.map(step => ({ job, step }))
  })
}

/** The failure in words: where, and the one sentence of its annotation or of the line it opens at. */
export function failureWords({ job, step }: Failure, line: string | null): string[] {
  const said = failureSentence(job, step) ?? (line === null ? null : inOneSentence(line).sentence)
  return [job.name, step ? `step ${step.number} “${step.name}”` : null, said ?? exitOf(step)].filter(
    text => text !== null,
  )
}

const exitOf = (step: StepState | null): string | null =>
  step?.exitCode ? `its command ended with exit code ${step.exitCode}` : null

const shouts =
  /##\[error\]|::error|\b(?:[A-Z]\w*)?(?:Error|Exception)\b|\bFAIL(?:ED)?\b|[✖✗✘×●]|\bnot ok\b|\berror(?:\[|:| TS)/

/**
 * Finds the line to open a failed step at: the first that shouts, else its last; the script itself, which the runner
 * repeats in front of what it said, is no part of that. May be asked while lines still arrive: it
 * looks at each once, and answers null until it is sure.
 */
export function failureFinder(buffer: LogBuffer, step: number | null): (isWhole: boolean) => number | null {
  let found: number | null = null
  let last: number | null = null
  let seen = 0
  let isScript = false
  return isWhole => {
    for (let index = seen === 0 ? 0 : buffer.indexOf(seen) + 1; found === null && index < buffer.size; index++) {
      const line = buffer.at(index)
      if (!line) continue
      seen = line.seq
      if (step !== null && line.step !== step) continue
      const text = plain(line.text)
      if (text.startsWith('##[group]Run ')) isScript = true
      else if (text.startsWith('##[endgroup]')) isScript = false
      else if (isScript) continue
      else if (shouts.test(text)) found = line.seq
      else if (text.trim()) last = line.seq
    }
    return found ?? (isWhole ? last : null)
  }
}
