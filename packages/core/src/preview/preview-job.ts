import type { Config } from '../config/config.ts'
import type { JobState, RunState } from '../run/run.ts'
import { environmentsOf } from '../secret/values-for-run.ts'
import { isPreview, isPreviewWorkflow, previewEnvironment, previewPlace } from './preview.ts'

type Job = Pick<JobState, 'environment'>
type Run = Pick<RunState, 'event' | 'ref' | 'workflowPath' | 'inputs'>

/**
 * The environment of the preview that a job is for; null for any other job. One of a pull request is for that of its own; one that
 * Gantry started on a deployed branch, to carry on where a job is gone, for the one it was started for.
 */
export function previewOfJob(job: Job, run: Run, config: Config | null): string | null {
  if (!config?.previews || job.environment !== previewPlace) return null
  if (run.event === 'pull_request') return previewOfRef(run.ref)
  const isCarryingOn = run.event === 'workflow_dispatch' && isPreviewWorkflow(run.workflowPath)
  const asked = run.inputs['environment']
  if (!isCarryingOn || typeof asked !== 'string' || !isPreview(asked)) return null
  return environmentsOf(run.ref, config).length > 0 ? asked : null
}

export const isPreviewJob = (job: Job, run: Run, config: Config | null): boolean =>
  previewOfJob(job, run, config) !== null

/** `refs/pull/12/merge` → `pr-12` */
export function previewOfRef(ref: string): string | null {
  const [, digits] = /^refs\/pull\/([1-9]\d{0,8})\/merge$/.exec(ref) ?? []
  return digits === undefined ? null : previewEnvironment(Number(digits))
}
