import type { GitHubPush } from '@gantry/core'
import * as z from 'zod'
import { type GitHubClient, pathOfPage, present } from './client.ts'

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

/**
 * Branches that moved since then, at most in the last year, the newest first: pushed, forced, made, or merged by the button. What
 * was removed brought nothing. @param since null: in the last month @throws GantryError VENDOR_REFUSED
 */
export async function movedBranches(
  client: Client,
  repo: string,
  { since, now }: { since: string | null; now: Date },
): Promise<MovedBranch[]> {
  const path = `${repo}/activity?time_period=${periodSince(since, now)}&per_page=100`
  const all: MovedBranch[] = []
  for (let after: string | null = null; ; ) {
    const page = await client.page(after === null ? path : `${path}&after=${encodeURIComponent(after)}`)
    const moves = Activities.parse(present(page.body, path)).flatMap(moveIn)
    all.push(...moves)
    if (page.after === null || page.after === after || moves.some(({ at }) => since !== null && at < since)) return all
    after = page.after
  }
}

const dayMs = 86_400_000

function periodSince(since: string | null, now: Date): 'month' | 'quarter' | 'year' {
  const days = since === null ? 0 : (now.getTime() - Date.parse(since)) / dayMs
  return days < 28 ? 'month' : days < 88 ? 'quarter' : 'year'
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
const mostPages = 50

/**
 * The same with what it brought.
 * @param from what is compared with where GitHub does not say where the branch was before, or has that no more: where the branch
 * that leads to environments was then. Null, or gone as well: it brought all that it has.
 */
export async function pushOf(
  client: Client,
  repo: string,
  move: MovedBranch,
  from: () => Promise<string | null>,
): Promise<GitHubPush> {
  const over = async (base: string | null) => (base === null ? null : await between(client, repo, base, move.after))
  const brought = (await over(move.before)) ?? (await over(await from())) ?? (await historyOf(client, repo, move.after))
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
const between = (client: Client, repo: string, from: string, to: string): Promise<Commit[] | null> =>
  commitsIn(client, `${repo}/compare/${from}...${to}`, page => Compared.parse(page).commits)

/** Of what is there no more: nothing. */
const historyOf = async (client: Client, repo: string, sha: string): Promise<Commit[]> =>
  (await commitsIn(client, `${repo}/commits?sha=${sha}`, page => Commits.parse(page))) ?? []

/** Five thousand: more come with a repository, not with a push. */
async function commitsIn(client: Client, path: string, pick: (page: unknown) => Commit[]): Promise<Commit[] | null> {
  const commits: Commit[] = []
  for (let page = 1; page <= mostPages; page++) {
    const { body, isLast } = await client.page(pathOfPage(path, page))
    if (body === null) return page === 1 ? null : commits
    commits.push(...pick(body))
    if (isLast) break
  }
  return commits
}
