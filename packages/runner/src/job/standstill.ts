import { compileExpression } from '@gantry/workflow'
import { copyOfSteps } from '../run/copy-job.ts'
import type { Frame } from '../step/frame.ts'
import type { JobRuntime } from './job-runtime.ts'
import type { Standstill } from './stood-at.ts'

/** The job as it is now, before the step at `place`. */
export function standstillOf(frame: Frame, place: number): Standstill {
  const { job, env, path, masker, matchers, secrets, folders } = frame.job
  const known = new Set(Object.values(secrets))
  const kept = structuredClone({
    root: folders.root,
    place,
    env,
    path,
    masks: masker.given.filter(secret => !known.has(secret)),
    matchers: matchers.map(matcher => ({
      ...matcher,
      patterns: matcher.patterns.map(({ regexp, ...rest }) => ({ ...rest, source: regexp.source })),
    })),
    annotations: job.annotations,
    ...(job.summary === undefined ? {} : { summary: job.summary }),
  })
  // Taken before each step: what is over is not copied again.
  return { ...kept, results: { ...frame.results }, steps: copyOfSteps(job, place) }
}

/** Puts a job back to where it stood; its folders are there already. */
export function goOn(runtime: JobRuntime, frame: Frame, at: Standstill): void {
  const { env, path, masks, matchers, results, steps, annotations, summary } = structuredClone(at)
  for (const mask of masks) runtime.masker.add(mask)
  Object.assign(runtime, {
    env,
    path,
    matchers: matchers.map(matcher => ({
      ...matcher,
      patterns: matcher.patterns.map(({ source, ...rest }) => ({ ...rest, regexp: compileExpression(source) })),
    })),
  } satisfies Partial<JobRuntime>)
  frame.results = results
  const { job } = runtime
  job.steps.splice(0, steps.length, ...steps)
  job.annotations = annotations
  if (summary !== undefined) job.summary = summary
}
