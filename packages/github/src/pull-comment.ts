import * as z from 'zod'
import { type GitHubClient, pagesOf, statusOf } from './client.ts'

const Pulls = z.array(z.looseObject({ number: z.int() }))

/** Numbers of the pull requests that brought a commit, or are about to. */
export async function pullsOf(client: Pick<GitHubClient, 'get'>, repo: string, sha: string): Promise<number[]> {
  return Pulls.parse((await client.get(`${repo}/commits/${sha}/pulls?per_page=100`)) ?? []).map(({ number }) => number)
}

const Comment = z.looseObject({
  id: z.int(),
  body: z.string().nullish(),
  user: z.looseObject({ id: z.int() }).nullable(),
  performed_via_github_app: z.looseObject({ id: z.int() }).nullish(),
})
const Comments = z.array(Comment)
const User = z.looseObject({ id: z.int() })

/** Who writes the comment: an App, or whoever the token is of. */
interface Author {
  app: number | null
}

export interface WantedComment {
  pull: number
  /** What it begins with. */
  mark: string
  body: string
  /** Its number when it was written before. */
  known: number | null
  author: Author
}

/**
 * Edits the one comment, or writes it where there is none. It is looked for among those of the same author: whoever else
 * writes the mark is not edited. Answers its number.
 */
export async function writeComment(client: GitHubClient, repo: string, wanted: WantedComment): Promise<number> {
  const { pull, body } = wanted
  if (wanted.known !== null && (await isEdited(client, repo, wanted.known, body))) return wanted.known
  const found = await findComment(client, repo, wanted)
  if (found && (found.body === body || (await isEdited(client, repo, found.id, body)))) return found.id
  return Comment.parse(await client.send('POST', `${repo}/issues/${pull}/comments`, { body })).id
}

/** False when somebody removed it. */
async function isEdited(client: GitHubClient, repo: string, id: number, body: string): Promise<boolean> {
  try {
    await client.send('PATCH', `${repo}/issues/comments/${id}`, { body })
    return true
  } catch (cause) {
    if (statusOf(cause) === 404) return false
    throw cause
  }
}

async function findComment(client: GitHubClient, repo: string, { pull, mark, author }: WantedComment) {
  const all = await pagesOf(client, `${repo}/issues/${pull}/comments`, page => Comments.parse(page ?? []))
  const marked = all.filter(({ body }) => body?.startsWith(mark))
  if (marked.length === 0) return null
  if (author.app !== null) return marked.find(each => each.performed_via_github_app?.id === author.app) ?? null
  const { id } = User.parse(await client.get('/user'))
  return marked.find(({ user }) => user?.id === id) ?? null
}
