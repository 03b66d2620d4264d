import {
  environmentsOf,
  isOfBranch,
  isUndoRun,
  type JobScope,
  type JobState,
  type Project,
  previewOfJob,
  type RunState,
} from '@gantry/core'
import type { Access } from '../access/access.ts'
import type { JobGrant } from '../access/caller.ts'
import type { ProjectHome } from '../project/project-home.ts'

/** It ends with its job. This is for a job whose end nobody saw and for a server that never starts again. */
const tokenLifeMs = 5 * 86_400_000

export interface JobToken {
  secret: string
  /** How it is told from other jobs wherever it holds something. */
  holder: string
  revoke(): Promise<void>
}

/** The token a job speaks to this server with: for that job, for as long as it runs. */
export function createJobTokens(parts: {
  access: Pick<Access, 'newToken'>
  revoke(project: string, tokenId: string): Promise<unknown>
  project: Pick<ProjectHome, 'current'>
  now(): Date
}): (job: JobState, run: RunState) => Promise<JobToken> {
  return async (job, run) => {
    const grant = grantOf(job, run, await parts.project.current())
    const name = `${job.name} of ${run.workflowName} #${run.number}`
    const { id, secret } = await parts.access.newToken({
      name,
      project: grant.project,
      scopes: [],
      job: grant,
      createdBy: null,
      expiresAt: new Date(parts.now().getTime() + tokenLifeMs).toISOString(),
    })
    return { secret, holder: holderOf(name, id), revoke: async () => void (await parts.revoke(grant.project, id)) }
  }
}

/** Two jobs may have one name, and a token is seen by nobody. */
export const holderOf = (name: string, tokenId: string): string => `${name} (${tokenId.slice(0, 8)})`

/**
 * What a job may do. Everything but a look at its own run takes a commit that passed the checks of a deployed branch: what
 * a pull request brings was written by anybody, and may be tried in its preview alone. An environment is the job's when that branch leads there.
 */
export function grantOf(
  job: JobState,
  run: RunState,
  { name: project, config }: Pick<Project, 'name' | 'config'>,
): JobGrant {
  const preview = previewOfJob(job, run, config)
  if (preview !== null) return { project, ...scoped(run, preview, 'deploy', false) }
  const reachable = environmentsOf(run.ref, config)
  if (!isOfBranch(run) || reachable.length === 0) return { project, runId: run.id, environment: null, scopes: ['run'] }
  if (isUndoRun(run)) {
    const asked = job.environment ?? run.inputs['environment']
    return { project, ...scoped(run, reachable.find(name => name === asked) ?? null, 'rollback') }
  }
  return { project, ...scoped(run, reachable.find(name => name === job.environment) ?? null, 'deploy') }
}

function scoped(
  run: RunState,
  environment: string | null,
  scope: JobScope,
  mayRelease = true,
): Omit<JobGrant, 'project'> {
  const scopes: JobScope[] = [
    'run',
    ...(mayRelease ? (['release'] as const) : []),
    ...(environment === null ? [] : [scope]),
  ]
  return { runId: run.id, environment, scopes }
}
