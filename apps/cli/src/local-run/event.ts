import type { GitFacts } from './git-facts.ts'

export interface LocalEvent {
  name: string
  ref: string
  payload: Record<string, unknown>
}

/** The event a run starts with, as GitHub would send it for this commit; `given` is laid over what can be known. */
export function localEvent(
  name: string,
  git: GitFacts,
  given: { inputs?: Record<string, string>; payload?: Record<string, unknown> } = {},
): LocalEvent {
  const branchRef = `refs/heads/${git.branch}`
  const usual = usualPayloads[name]?.(git, branchRef, given.inputs ?? {}) ?? {}
  const payload = { ...usual, sender: { login: git.actor }, ...given.payload }
  const usualRef = name === 'pull_request' ? 'refs/pull/1/merge' : branchRef
  return { name, ref: typeof given.payload?.['ref'] === 'string' ? given.payload['ref'] : usualRef, payload }
}

const none = '0'.repeat(40)

const usualPayloads: Record<
  string,
  (git: GitFacts, ref: string, inputs: Record<string, string>) => Record<string, unknown>
> = {
  pull_request: git => ({
    action: 'synchronize',
    number: 1,
    pull_request: {
      number: 1,
      title: git.title,
      draft: false,
      head: { ref: git.branch, sha: git.sha },
      base: { ref: git.baseBranch },
      user: { login: git.actor },
    },
  }),
  push: (git, ref) => ({
    ref,
    before: none,
    after: git.sha,
    pusher: { name: git.actor },
    head_commit: { id: git.sha, message: git.title },
  }),
  workflow_dispatch: (_git, ref, inputs) => ({ ref, inputs }),
}
