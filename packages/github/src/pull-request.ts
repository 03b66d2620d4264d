import type { PullRequest } from '@gantry/core'
import * as z from 'zod'
import type { GitHubClient } from './client.ts'

const Pull = z.looseObject({
  number: z.int(),
  title: z.string(),
  state: z.enum(['open', 'closed']),
  merged_at: z.string().nullish(),
  html_url: z.string(),
  user: z.looseObject({ login: z.string() }).nullish(),
  // `repo` is null once the fork was removed.
  head: z.looseObject({
    ref: z.string(),
    sha: z.string(),
    repo: z.looseObject({ id: z.int() }).nullish(),
  }),
  base: z.looseObject({ repo: z.looseObject({ id: z.int() }) }),
})

/** Null when there is none of that number. @throws GantryError VENDOR_REFUSED */
export async function readPull(
  client: Pick<GitHubClient, 'get'>,
  repo: string,
  number: number,
): Promise<PullRequest | null> {
  const found = await client.get(`${repo}/pulls/${number}`)
  if (found === null) return null
  const { title, state, merged_at: mergedAt, head, base, html_url: page, user } = Pull.parse(found)
  return {
    ...{ number, title, page },
    branch: head.ref,
    author: user?.login ?? 'ghost',
    sha: head.sha,
    state: state === 'open' ? 'open' : mergedAt ? 'merged' : 'closed',
    isFork: head.repo?.id !== base.repo.id,
  }
}

const Runs = z.looseObject({
  workflow_runs: z.array(z.looseObject({ status: z.string().nullable(), conclusion: z.string().nullable() })),
})

/** How the newest run of a workflow file for a commit stands; null when there is none. */
export async function newestRunOf(
  client: Pick<GitHubClient, 'get'>,
  repo: string,
  { workflow, sha }: { workflow: string; sha: string },
): Promise<{ isOver: boolean; isGreen: boolean; said: string } | null> {
  const path = `${repo}/actions/workflows/${encodeURIComponent(workflow)}/runs?head_sha=${sha}&per_page=1`
  const [run] = Runs.parse((await client.get(path)) ?? { workflow_runs: [] }).workflow_runs
  if (!run) return null
  const isOver = run.status === 'completed'
  return {
    isOver,
    isGreen: isOver && run.conclusion === 'success',
    said: (isOver ? run.conclusion : run.status) ?? 'queued',
  }
}
