import {
  GantryError,
  isPreviewJob,
  type JobState,
  type JobValues,
  previewPlace,
  type RunState,
  trustIn,
} from '@gantry/core'
import type { Config } from '@gantry/core/config'
import type { Secrets } from './secrets.ts'
import type { Variables } from './variables.ts'

export interface JobValuesParts {
  project: string
  config(): Promise<Config | null>
  secrets: Pick<Secrets, 'valuesFor'>
  variables: Pick<Variables, 'valuesFor'>
  /** Whether the job may enter its environment, as it stands now. */
  approve(job: JobState, run: RunState): Promise<'approved' | 'waiting' | 'rejected'>
}

/**
 * What is set for a job. Secrets of an environment are for a job of a branch that leads there, named exactly so, that was let
 * in; whoever asks for them earlier gets an error. A run whose files anybody may have written has what was set for any branch.
 */
export function createJobValues(parts: JobValuesParts): (job: JobState, run: RunState) => Promise<JobValues> {
  const { project, secrets, variables, approve } = parts
  return async (job, run) => {
    const config = await parts.config()
    // What it runs was merged by nobody: it has what was set for previews, and of the repository what anybody may have.
    if (isPreviewJob(job, run, config))
      return {
        secrets: await secrets.valuesFor(
          project,
          previewPlace,
          each => each.environment === previewPlace || each.isForAnyBranch,
        ),
        vars: await variables.valuesFor(project, previewPlace),
      }
    const trust = trustIn(run, config)
    const asked = job.environment ?? null
    const environment = trust.kind === 'branch' && asked !== null && trust.environments.includes(asked) ? asked : null
    if (environment !== null && (await approve(job, run)) !== 'approved')
      throw new GantryError('SECRET_NOT_GIVEN', `${job.name} was not let into ${environment}, and gets no secret of it`)
    return {
      secrets: await secrets.valuesFor(project, environment, each => trust.kind === 'branch' || each.isForAnyBranch),
      vars: await variables.valuesFor(project, asked),
    }
  }
}
