import type { Scope } from '@gantry/workflow'
import { CaseSensitive, githubContext } from '@gantry/workflow'
import { hashFiles } from '../file-glob/hash-files.ts'
import type { JobRuntime } from '../job/job-runtime.ts'
import type { Frame } from './frame.ts'
import { eventPathOf, runnerArch, runnerOs, toolCacheOf } from './runner-facts.ts'

/** What expressions of a step may see. `env` is that of the job with the step's own on top. */
export function stepScope(frame: Frame, env: Record<string, string>): Scope {
  const { job } = frame
  return {
    contexts: {
      github: () => stepGithub(frame),
      env: () => new CaseSensitive(env),
      vars: job.vars,
      secrets: () => ({ GITHUB_TOKEN: '', ...job.secrets }),
      inputs: frame.inputs,
      matrix: job.job.matrix ?? null,
      strategy: job.strategy,
      needs: job.needs,
      steps: () => frame.results,
      job: () => ({ status: jobStatusWord(frame), ...ownWorkflow(frame) }),
      runner: () => runnerContext(job),
    },
    status: {
      always: () => true,
      cancelled: () => job.cancelled.aborted,
      failure: () => frame.hasFailed,
      success: () => !frame.hasFailed && !job.cancelled.aborted,
    },
    hashFiles: patterns => hashFiles(job.folders.workspace, patterns),
  }
}

/** Of the file the job is in, where `github` tells of the one the run began with. */
function ownWorkflow({ job: { run, workflow } }: Frame): Record<string, unknown> {
  const { repository } = githubContext(run)
  return {
    workflow_file_path: workflow.path,
    workflow_ref: `${repository}/${workflow.path}@${run.ref}`,
    workflow_repository: repository,
    workflow_sha: run.sha,
  }
}

function runnerContext(job: JobRuntime): Record<string, string> {
  return {
    name: 'gantry',
    os: runnerOs(),
    arch: runnerArch(),
    temp: job.folders.temp,
    tool_cache: toolCacheOf(job),
    environment: 'self-hosted',
    debug: job.secrets.ACTIONS_STEP_DEBUG === 'true' ? '1' : '',
  }
}

function stepGithub(frame: Frame): Record<string, unknown> {
  const { job } = frame
  return {
    ...githubContext(job.run),
    ...(frame.composite === undefined ? {} : { action_path: frame.composite.actionPath }),
    action: frame.action ?? '',
    job: job.spec.key,
    workspace: job.folders.workspace,
    event_path: eventPathOf(job),
    token: job.secrets.GITHUB_TOKEN ?? '',
  }
}

function jobStatusWord(frame: Frame): string {
  if (frame.job.cancelled.aborted) return 'cancelled'
  return frame.hasFailed ? 'failure' : 'success'
}
