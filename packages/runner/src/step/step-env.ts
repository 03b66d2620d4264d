import { delimiter } from 'node:path'
import { githubContext } from '@gantry/workflow'
import { homeEnv, homePath, isOfHome } from '../home/job-home.ts'
import { trackingVariable } from '../process/kill-leftovers.ts'
import type { Frame } from './frame.ts'
import { eventPathOf, runnerArch, runnerOs, toolCacheOf } from './runner-facts.ts'

/** The whole environment of a step's process; nothing but the machine's own base is inherited. */
export function stepEnv(
  frame: Frame,
  own: Record<string, string>,
  files: Record<string, string>,
): Record<string, string> {
  const { job } = frame
  const env: Record<string, string> = {
    ...ofMachine(job.machine.env),
    CI: 'true',
    ...homeEnv(job.folders),
    ...job.machine.stepEnv?.(job.job),
    ...job.ownSecrets,
    ...own,
    ...githubEnv(frame),
    ...files,
    [trackingVariable]: job.trackingId,
  }
  const path = [
    ...job.path,
    ...homePath(job.folders),
    ...job.machine.extraPath,
    env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
  ]
  return { ...env, PATH: path.join(delimiter) }
}

function githubEnv(frame: Frame): Record<string, string> {
  const { job } = frame
  const github = githubContext(job.run)
  const shared = [
    'actor',
    'triggering_actor',
    'api_url',
    'base_ref',
    'event_name',
    'graphql_url',
    'head_ref',
    'ref',
    'ref_name',
    'ref_protected',
    'ref_type',
    'repository',
    'repository_owner',
    'retention_days',
    'run_attempt',
    'run_id',
    'run_number',
    'server_url',
    'sha',
    'workflow',
    'workflow_ref',
    'workflow_sha',
  ].map(name => [`GITHUB_${name.toUpperCase()}`, String(github[name])])
  return {
    ...Object.fromEntries(shared),
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: frame.action ?? '',
    GITHUB_JOB: job.spec.key,
    GITHUB_WORKSPACE: job.folders.workspace,
    GITHUB_EVENT_PATH: eventPathOf(job),
    ...(frame.composite === undefined ? {} : { GITHUB_ACTION_PATH: frame.composite.actionPath }),
    RUNNER_OS: runnerOs(),
    RUNNER_ARCH: runnerArch(),
    RUNNER_NAME: 'gantry',
    RUNNER_ENVIRONMENT: 'self-hosted',
    RUNNER_TEMP: job.folders.temp,
    RUNNER_TOOL_CACHE: toolCacheOf(job),
    RUNNER_WORKSPACE: job.folders.root,
  }
}

/** A hook's GIT_DIR would send every git command of the job to the wrong repository; the job has a home of its own. */
function ofMachine(env: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) =>
        !isOfHome(name) &&
        !/^GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|QUARANTINE_PATH|COMMON_DIR|NAMESPACE|PREFIX|PUSH_OPTION.*|CEILING_DIRECTORIES|CONFIG_.*|INTERNAL_.*|REFLOG_ACTION|EXEC_PATH)$/.test(
          name,
        ),
    ),
  )
}
