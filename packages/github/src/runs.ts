import * as z from 'zod'
import { type GitHubClient, pagesOf } from './client.ts'

const Listed = z.looseObject({ id: z.int(), created_at: z.string() })
const Page = z.looseObject({ total_count: z.int(), workflow_runs: z.array(Listed) })
type Listed = z.output<typeof Listed>

type Client = Pick<GitHubClient, 'page'>

/** As many as GitHub lists of one question. */
const mostListed = 1_000

/**
 * Runs that were made since then. GitHub lists a thousand to one question at most, the newest of them: what was made before those
 * is asked for by another. @param since ISO date and time, to the second @throws GantryError VENDOR_REFUSED
 */
export async function runsSince(client: Client, repo: string, since: string): Promise<Listed[]> {
  const all = new Map<number, Listed>()
  for (let created = `>=${since}`; ; ) {
    const { runs, total } = await listed(client, `${repo}/actions/runs?created=${encodeURIComponent(created)}`)
    const fresh = runs.filter(({ id }) => !all.has(id))
    for (const run of fresh) all.set(run.id, run)
    const isAll = runs.length >= total && runs.length < mostListed
    if (isAll || fresh.length === 0) return [...all.values()]
    const oldest = runs.map(run => run.created_at).toSorted()[0] ?? since
    created = `${since}..${oldest}`
  }
}

/** Those that wait for leave, however long ago they were made. @throws GantryError VENDOR_REFUSED */
export const runsThatWait = async (client: Client, repo: string): Promise<Listed[]> =>
  (await listed(client, `${repo}/actions/runs?status=waiting`)).runs

async function listed(client: Client, path: string): Promise<{ runs: Listed[]; total: number }> {
  let total = 0
  const runs = await pagesOf(client, path, body => {
    const page = Page.parse(body ?? { total_count: 0, workflow_runs: [] })
    total = page.total_count
    return page.workflow_runs
  })
  return { runs, total }
}
