import type { Deployment, Promotion, RunState, Store } from '@gantry/core'
import type { Repository } from '../git/repository.ts'
import { firstBranch } from './first-push.ts'

/** The environments of the sample's own config. */
export const production = 'production'

/** How far a commit of the sample has come. */
export interface Way {
  branch: string
  sha: string
  checks: RunState | null
  /** The newest run of deploy.yml for it: there is one once it is on main. */
  delivery: RunState | null
  promotion: Promotion | null
  /** Newest first, of any environment. */
  deployments: Deployment[]
}

/** What the steps of a newcomer are judged by. */
export interface SampleFacts {
  first: Way | null
  /** The newest break that was pushed, or the revert of one. */
  last: (Way & { kind: 'break' | 'revert'; of: string }) | null
  /** Of production, newest first. */
  production: Deployment[]
}

export async function sampleFacts(parts: {
  project: string
  store: Pick<Store, 'runs' | 'promotions' | 'deployments'>
  repository: Pick<Repository, 'branches'>
}): Promise<SampleFacts> {
  const branches = await parts.repository.branches()
  const first = branches.find(({ name }) => name === firstBranch)
  const last = newestOf(branches)
  const [firstWay, lastWay, ofProduction] = await Promise.all([
    first ? wayOf(first, parts) : null,
    last ? wayOf(last, parts) : null,
    parts.store.deployments.list(parts.project, { environment: production, limit: 20 }),
  ])
  return {
    first: firstWay,
    last: last && lastWay && { ...lastWay, kind: last.kind, of: last.of },
    production: ofProduction,
  }
}

async function wayOf(
  { name, sha }: { name: string; sha: string },
  { project, store }: Parameters<typeof sampleFacts>[0],
): Promise<Way> {
  const newest = async (file: string) =>
    (await store.runs.list(project, { sha, workflowPath: `.github/workflows/${file}`, limit: 1 }))[0] ?? null
  const [checks, delivery, promotions, deployments] = await Promise.all([
    newest('ci.yml'),
    newest('deploy.yml'),
    store.promotions.list(project, { environment: production, release: sha, limit: 1 }),
    store.deployments.list(project, { release: sha, limit: 10 }),
  ])
  return { branch: name, sha, checks, delivery, promotion: promotions[0] ?? null, deployments }
}

type Named = { name: string; sha: string; kind: 'break' | 'revert'; of: string }

/** By the time at the end of their names, which the sample gives them. */
function newestOf(branches: { name: string; sha: string }[]): Named | null {
  const named = branches.flatMap(({ name, sha }) => {
    const [, kind, of = '', at = ''] = /^(break|revert)-(.+)-([0-9a-z]+)$/.exec(name) ?? []
    if (kind !== 'break' && kind !== 'revert') return []
    return [{ name, sha, kind, of, atMs: Number.parseInt(at, 36) } as const]
  })
  return named.toSorted((a, b) => b.atMs - a.atMs)[0] ?? null
}
