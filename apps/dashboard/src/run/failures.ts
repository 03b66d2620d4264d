import type { JobState, RunState, StepState } from '@gantry/core/api'
import type { LogBuffer } from './log-buffer.ts'

export interface Failure {
  job: JobState
  step: StepState | null
}

/** The failures that count, in the order to read them: real jobs before the gate that only reports them. */
export function failuresOf(run: Pick<RunState, 'jobs' | 'conclusion'>): Failure[] {
  const failed = run.jobs.filter(({ conclusion, isTolerated }) => conclusion === 'failure' && !isTolerated)
  const counted = run.conclusion === 'success' ? [] : failed
  const ordered = [...counted.filter(job => !isGate(job)), ...counted.filter(isGate)]
  return ordered.flatMap((job): Failure[] => {
    const steps = job.steps.filter(({ conclusion }) => conclusion === 'failure')
    return steps.length === 0 ? [{ job, step: null }] : steps.map(step => ({ job, step }))
  })
}

/** A job that needs everything and fails because another did says nothing new. */
const isGate = ({ key, needs }: Pick<JobState, 'key' | 'needs'>) => key === 'gate' && needs.length > 0

/** The failure in words: where, and what the annotation or the line says. */
export function failureWords({ job, step }: Failure, line: string | null): string[] {
  const note = job.annotations.find(
    each => each.level === 'failure' && (!step || !each.step || each.step === step.number),
  )
  const where = note?.file ? `${note.file}${note.line ? `:${note.line}` : ''}` : null
  const isTelling = note !== undefined && !saysNothing.test(note.message)
  const what =
    isTelling || (note && line === null) ? [where, note.message.split('\n')[0]].filter(Boolean).join('  ') : line
  return [job.name, step ? `step ${step.number} “${step.name}”` : null, what].filter(text => text !== null)
}

/** What the runner itself notes of every command that fails. */
const saysNothing = /^Process completed with exit code \d+\.$/

/** Without colours: their codes end in a letter, which would join the word behind. */
export const plain = (text: string): string => text.replaceAll(colour, '')
const colour = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*[A-Za-z]`, 'g')

const shouts =
  /##\[error\]|::error|\b(?:[A-Z]\w*)?(?:Error|Exception)\b|\bFAIL(?:ED)?\b|✖|✗|×|\bnot ok\b|\berror(?:\[|:| TS)/

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
