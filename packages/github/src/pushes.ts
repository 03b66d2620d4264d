import type { GitHubPush } from '@gantry/core'
import * as z from 'zod'
import { type GitHubClient, pagesOf } from './client.ts'

type Client = Pick<GitHubClient, 'get' | 'page'>

/** A branch that moved, as GitHub lists it: without the commits that brought. */
export type MovedBranch = Pick<GitHubPush, 'ref' | 'before' | 'after' | 'actor' | 'at'>

const Activities = z.array(
  z.looseObject({
    ref: z.string(),
    before: z.string(),
    after: z.string(),
    timestamp: z.iso.datetime({ offset: true }),
    actor: z.looseObject({ id: z.int(), login: z.string() }).nullable(),
  }),
)
/** GitHub writes a commit that is none in zeros. */
const isNone = (sha: string): boolean => /^0+$/.test(sha)
const mostPages = 10

/**
 * Branches that moved since then, at most in the last month, the newest first: pushed, forced, made, or merged by the button. What
 * was removed brought nothing. @throws GantryError VENDOR_REFUSED
 */
export async function movedBranches(client: Client, repo: string, since: string): Promise<MovedBranch[]> {
  const all: MovedBranch[] = []
  let after: string | null = null
  for (let page = 0; page < mostPages; page++) {
    const cursor = after === null ? '' : `&after=${encodeURIComponent(after)}`
    const found = await client.page(`${repo}/activity?time_period=month&per_page=100${cursor}`)
    const moves = Activities.parse(found.body ?? []).flatMap(moveIn)
    all.push(...moves)
    after = found.after
    if (after === null || moves.some(({ at }) => at < since)) break
  }
  return all
}

function moveIn({ ref, before, after, timestamp, actor }: z.output<typeof Activities>[number]): MovedBranch[] {
  // An account that was removed since has no say any more.
  if (actor === null || isNone(after)) return []
  const at = new Date(timestamp).toISOString()
  return [{ ref, before: isNone(before) ? null : before, after, actor: { id: actor.id, login: actor.login }, at }]
}

const Commits = z.array(
  z.looseObject({
    sha: z.string(),
    author: z.looseObject({ id: z.int().optional() }).nullish(),
    commit: z.looseObject({ author: z.looseObject({ email: z.string().nullish() }).nullish() }),
  }),
)
const Compared = z.looseObject({ commits: Commits })
/** Five thousand commits: more come with a repository, not with a push. */
const mostComparedPages = 50

/**
 * The same with what it brought. Where a branch was made GitHub does not say from where: it brought what comes before the first
 * commit that another move is known by. @param known commits that branches were at, or are
 */
export async function pushOf(
  client: Client,
  repo: string,
  move: MovedBranch,
  known: ReadonlySet<string>,
): Promise<GitHubPush> {
  const commits = move.before === null ? null : await between(client, repo, move.before, move.after)
  const brought = commits ?? (await ownCommits(client, repo, move.after, known))
  const fresh = brought.map(({ sha }) => sha)
  const own = brought.filter(({ author }) => author?.id === move.actor.id)
  return {
    ...move,
    fresh,
    moved: fresh.includes(move.after) ? [] : [move.after],
    emails: [...new Set(own.flatMap(({ commit }) => commit.author?.email ?? []))],
  }
}

type Commit = z.output<typeof Commits>[number]

/** Null where GitHub has one of them no more: it was forced away long ago. */
async function between(client: Client, repo: string, from: string, to: string): Promise<Commit[] | null> {
  const path = `${repo}/compare/${from}...${to}`
  let isThere = true
  const commits = await pagesOf(
    client,
    path,
    page => {
      isThere &&= page !== null
      return Compared.parse(page ?? { commits: [] }).commits
    },
    mostComparedPages,
  )
  return isThere ? commits : null
}

async function ownCommits(client: Client, repo: string, sha: string, known: ReadonlySet<string>): Promise<Commit[]> {
  const all = Commits.parse((await client.get(`${repo}/commits?sha=${sha}&per_page=100`)) ?? [])
  const branchedAt = all.findIndex(each => each.sha !== sha && known.has(each.sha))
  return branchedAt === -1 ? all.slice(0, 1) : all.slice(0, branchedAt)
}
