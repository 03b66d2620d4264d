import { createHash } from 'node:crypto'
import type { RunState } from '@gantry/core'

/** The part of the `github` context that is the same for every job of a run. */
export function githubContext(run: RunState): Record<string, unknown> {
  const repository = textAt(run.eventPayload, 'repository', 'full_name')
  return {
    action: '',
    actor: run.actor,
    triggering_actor: run.actor,
    api_url: 'https://api.github.com',
    graphql_url: 'https://api.github.com/graphql',
    server_url: 'https://github.com',
    base_ref: textAt(run.eventPayload, 'pull_request', 'base', 'ref'),
    head_ref: textAt(run.eventPayload, 'pull_request', 'head', 'ref'),
    event: run.eventPayload,
    event_name: run.event,
    ref: run.ref,
    ref_name: run.ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    ref_protected: false,
    ref_type: run.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    repository,
    repositoryUrl: `git://github.com/${repository}.git`,
    repository_owner: repository.split('/')[0] ?? '',
    secret_source: 'Actions',
    retention_days: '90',
    run_attempt: String(run.attempt),
    run_id: numericRunId(run.id),
    run_number: String(run.number),
    sha: run.sha,
    workflow: run.workflowName,
    workflow_ref: `${repository}/${run.workflowPath}@${run.ref}`,
    workflow_sha: run.sha,
  }
}

/** The id of a run in digits alone, as programs expect it of GitHub: the same for the same run. */
export function numericRunId(id: string): string {
  if (/^\d+$/.test(id)) return id
  // As long as GitHub's, and no more than a double holds.
  return String(10_000_000_000 + (createHash('sha256').update(id).digest().readUIntBE(0, 6) % 90_000_000_000))
}

function textAt(value: unknown, ...path: string[]): string {
  const found = path.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null ? Object.entries(at).find(([name]) => name === key)?.[1] : undefined,
    value,
  )
  return typeof found === 'string' ? found : ''
}
