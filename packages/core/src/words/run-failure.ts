import type { Annotation, JobState, StepState } from '../run/run.ts'
import { inOneSentence } from './one-sentence.ts'

type Job = Pick<JobState, 'key' | 'needs' | 'conclusion' | 'isTolerated' | 'judgesNeeds'>

/**
 * The jobs whose failure counts, in the order of the file. A job that only judges the jobs it needs repeats what one of
 * them said already; it counts when none of those failed.
 */
export function failedJobs<J extends Job>(jobs: readonly J[]): J[] {
  const failed = jobs.filter(({ conclusion, isTolerated }) => conclusion === 'failure' && !isTolerated)
  const isCause = (job: J) => !(job.judgesNeeds && failed.some(other => other !== job && reaches(jobs, job, other.key)))
  return failed.filter(isCause)
}

function reaches(jobs: readonly Job[], from: Job, key: string): boolean {
  const seen = new Set<string>()
  const open = [...from.needs]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === key) return true
    if (seen.has(next)) continue
    seen.add(next)
    for (const job of jobs) if (job.key === next) open.push(...job.needs)
  }
  return false
}

/** What the runner itself notes of every command that fails. */
const saysNothing = /^Process completed with exit code \d+\.?$/

/**
 * The failure of a job, or of one of its steps, in one sentence: where it is in the code, the test's own name, and what
 * was said. Null when nobody said more than that a command failed.
 */
export function failureSentence(
  { annotations }: Pick<JobState, 'annotations'>,
  step: Pick<StepState, 'number'> | null,
): string | null {
  const own = annotations.filter(
    ({ level, step: of }) => level === 'failure' && (!step || of === undefined || of === step.number),
  )
  const telling = own.find(({ message }) => !saysNothing.test(message.trim()))
  return telling ? annotationSentence(telling) : null
}

/** A title beside a place in the code is the name of a test; elsewhere it is a heading, which the sentence does not need. */
export function annotationSentence({ message, title, file, line }: Annotation): string {
  const place = file && `${file}${line === undefined ? '' : `:${line}`}`
  const said = inOneSentence(message).sentence
  const name = file && title && !said.includes(title) ? title : null
  return [place, [name, said].filter(Boolean).join(': ')].filter(Boolean).join('  ')
}

/** Where a run failed and what it said there: `staging › Deploy: backend did not turn healthy in 30 s: …`. Null when it did not. */
export const failureLine = (run: { failedAt: string | null; failure: string | null }): string | null =>
  run.failedAt && run.failure ? `${run.failedAt}: ${run.failure}` : run.failedAt
