import * as z from 'zod'

/** Of a commit on GitHub: SHA-1, or SHA-256 where a repository has that. */
export const GitHubSha = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/)

/** A branch or tag that moved on GitHub, by a push or by the button that merges. */
export const GitHubPush = z.object({
  ref: z.string(),
  before: GitHubSha.nullable().describe('null: it was made by this'),
  after: GitHubSha,
  actor: z.object({ id: z.int(), login: z.string() }),
  at: z.iso.datetime(),
  fresh: z.array(GitHubSha).describe('commits that nobody is known to have pushed before'),
  moved: z.array(GitHubSha).describe('commits that were on GitHub already, and that the branch has now'),
  emails: z.array(z.string()).describe('addresses by which GitHub knows the account that moved it'),
})
export type GitHubPush = z.output<typeof GitHubPush>

/** A push that is kept. `isOnTheWay`: the branch led to an environment then. */
export interface KeptPush extends GitHubPush {
  isOnTheWay: boolean
}

/**
 * Who pushed one of these commits, as git writes people: whoever brought it to GitHub first, on any branch, and whoever moved a
 * branch that leads to an environment over it, by a push or by merging. Who merged `main` into a branch of their own brought nothing
 * of what was on `main`. An account is written with its number, as in the addresses that GitHub gives it: names change.
 */
export function pushersOf(pushes: readonly KeptPush[], shas: readonly string[]): string[] {
  const asked = new Set(shas)
  const first = new Map<string, KeptPush>()
  for (const push of pushes.toSorted(byTime))
    for (const sha of push.fresh) if (asked.has(sha) && !first.has(sha)) first.set(sha, push)
  const movers = pushes.filter(push => push.isOnTheWay && [...push.fresh, ...push.moved].some(sha => asked.has(sha)))
  return [...new Set([...first.values(), ...movers].flatMap(inGitsWords))].toSorted()
}

const byTime = (a: KeptPush, b: KeptPush): number => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)

const inGitsWords = ({ actor: { id, login }, emails }: GitHubPush): string[] =>
  [`${id}+${login}@users.noreply.github.com`, ...emails].map(address => `${login} <${address}>`)
