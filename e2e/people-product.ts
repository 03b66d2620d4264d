import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Promotion, RunState } from '@gantry/core'
import { openDatabase, storeOn } from '@gantry/store'
import { templateDir } from '@gantry/store/testing'

const run = promisify(execFile)

/** The one that people of the tests belong to, and the one that is none of their business. */
export const projects = { theirs: 'shop', other: 'vault' } as const

/** What waits for an approval: by whom it was written decides who may give it. */
export interface Waiting {
  sha: string
  promotion: string
}

export interface PeopleProduct {
  ofKim: Waiting
  ofMia: Waiting
}

/** Fills an empty data folder with two projects and two releases that wait, in place of minutes of builds and deployments. */
export async function peopleProduct(home: string): Promise<PeopleProduct> {
  const repository = join(home, 'projects', projects.theirs, 'repository.git')
  const [kim, mia] = await committed(repository, [
    { name: 'Kim', email: 'kim@shop.example', title: 'Show the price with tax' },
    // Git is told an address in any spelling.
    { name: 'M. Moss', email: 'MIA@Shop.Example', title: 'Take the discount off first' },
  ])
  if (!kim || !mia) throw new Error('nothing was committed')
  const database = await openDatabase({ kind: 'embedded', dir: join(home, 'database'), templateDir })
  try {
    const store = storeOn(database)
    const at = new Date().toISOString()
    for (const name of Object.values(projects)) await store.projects.ensure({ name, createdAt: at })
    for (const release of [kim, mia]) {
      await store.runs.save(projects.theirs, runOf(release, at))
      const { sha, title, name } = release
      const made = { id: sha, project: projects.theirs, sha, title, author: name, createdAt: at, runId: sha }
      await store.releases.add({ ...made, artifacts: [], migrations: [], badBecause: null })
      await store.promotions.add(promotionOf(release, at))
    }
  } finally {
    await database.close()
  }
  return { ofKim: { sha: kim.sha, promotion: kim.sha }, ofMia: { sha: mia.sha, promotion: mia.sha } }
}

interface Commit {
  name: string
  email: string
  title: string
}

/** Each without a parent, so that neither brings what the other one wrote. */
async function committed(repository: string, commits: Commit[]): Promise<(Commit & { sha: string })[]> {
  await mkdir(repository, { recursive: true })
  await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', repository])
  const dir = await mkdtemp(join(tmpdir(), 'gantry-people-product-'))
  const git = (...args: string[]) => run('git', args, { cwd: dir })
  await git('init', '--quiet', '--initial-branch=main')
  const made: (Commit & { sha: string })[] = []
  for (const commit of commits) {
    await git('checkout', '--quiet', '--orphan', `of-${made.length}`)
    const as = ['-c', `user.name=${commit.name}`, '-c', `user.email=${commit.email}`]
    await git(...as, 'commit', '--quiet', '--allow-empty', '-m', commit.title)
    made.push({ ...commit, sha: (await git('rev-parse', 'HEAD')).stdout.trim() })
    await git('push', '--quiet', repository, 'HEAD')
  }
  await rm(dir, { recursive: true, force: true })
  return made
}

/** What asked for the promotion: it has nothing left to do. */
const runOf = ({ sha, name, title }: Commit & { sha: string }, at: string): RunState => ({
  ...{ id: sha, number: 1, workflowPath: '.github/workflows/deploy.yml', workflowName: 'deploy', event: 'push' },
  ...{ eventPayload: {}, inputs: {}, ref: 'refs/heads/main', sha, actor: 'git', author: name, title },
  ...{
    status: 'completed',
    conclusion: 'success',
    createdAt: at,
    startedAt: at,
    completedAt: at,
    attempt: 1,
    jobs: [],
  },
})

const promotionOf = ({ sha }: { sha: string }, at: string): Promotion => ({
  ...{ id: sha, project: projects.theirs, release: sha, fromEnvironment: 'staging', environment: 'production' },
  ...{ state: 'ready', gates: [], approvals: [], approvalsNeeded: 1, runId: sha, jobId: 'production' },
  ...{ createdAt: at, expiresAt: new Date(Date.parse(at) + 3_600_000).toISOString(), version: 1 },
})
