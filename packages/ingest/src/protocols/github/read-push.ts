import type { GitHubEvent, GitHubPush } from '@gantry/core'
import * as z from 'zod'

/** GitHub writes a commit that is none so, in as many zeros as its ids have letters. */
const isNone = (sha: string): boolean => /^0+$/.test(sha)
/** A delivery lists no more commits. */
const mostCommits = 2_048

const Commit = z.looseObject({
  id: z.string(),
  distinct: z.boolean(),
  author: z.looseObject({ email: z.string().nullish(), username: z.string().nullish() }).nullish(),
})
const Push = z.looseObject({
  ref: z.string(),
  before: z.string(),
  after: z.string(),
  commits: z.array(Commit).default([]),
  pusher: z.looseObject({ email: z.string().nullish() }).nullish(),
  sender: z.looseObject({ id: z.int(), login: z.string() }),
  repository: z.looseObject({ pushed_at: z.union([z.int(), z.string()]).nullish() }).nullish(),
})
type Push = z.output<typeof Push>

/** @throws ZodError when it is none */
export function readPush(payload: unknown): Extract<GitHubEvent, { kind: 'push' }> {
  const push = Push.parse(payload)
  const { ref, after, sender } = push
  if (isNone(after)) return { kind: 'push', ref, after: null, actor: sender.login }
  const moved = movedBy(push)
  return { kind: 'push', ref, after, actor: sender.login, ...(moved && { push: moved }) }
}

/** Undefined where the delivery does not say all: what is missed is asked for. */
function movedBy({ ref, before, after, commits, pusher, sender, repository }: Push): GitHubPush | undefined {
  const at = instantOf(repository?.pushed_at)
  if (at === null || commits.length >= mostCommits) return undefined
  const fresh = commits.filter(({ distinct }) => distinct).map(({ id }) => id)
  const others = commits.filter(({ distinct }) => !distinct).map(({ id }) => id)
  const own = commits.filter(({ author }) => author?.username?.toLowerCase() === sender.login.toLowerCase())
  const emails = [...own.map(({ author }) => author?.email), pusher?.email].filter(email => email)
  return {
    ...{ ref, before: isNone(before) ? null : before, after, actor: { id: sender.id, login: sender.login }, at },
    ...{ fresh, moved: fresh.includes(after) ? others : [...new Set([...others, after])] },
    emails: [...new Set(emails)].flatMap(email => email ?? []),
  }
}

/** GitHub writes it as seconds in pushes alone. */
function instantOf(at: number | string | null | undefined): string | null {
  const ms = typeof at === 'number' ? at * 1_000 : Date.parse(at ?? '')
  return Number.isNaN(ms) ? null : new Date(ms).toISOString()
}
