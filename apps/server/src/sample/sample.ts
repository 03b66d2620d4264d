import { cp, mkdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { GantryError, shortSha } from '@gantry/core'
import type { SampleBreak } from '@gantry/core/api'
import { git } from '../git/git.ts'
import type { Repository } from '../git/repository.ts'
import { preparedBreaks, titleOf } from './prepared-breaks.ts'

/** The sample product as a newcomer finds it: a working copy with Gantry as a remote, and prepared breaks. */
export interface Sample {
  dir: string
  /** What people can break it with. */
  breaks(): Promise<SampleBreak[]>
  /** Copies the sample and commits it, unless that was done before. */
  ensure(): Promise<void>
  /** Pushes what is committed now as a branch; answers its SHA. */
  pushCurrent(branch: string): Promise<string>
  /** Commits the prepared break on a branch of its own and pushes it, as a person would. */
  pushBreak(name: string): Promise<{ branch: string; sha: string }>
  /** Pushes a branch's commit to main. @throws GantryError CHECKS_NOT_GREEN with the words of the hook */
  mergeToMain(branch: string): Promise<string>
  /** Reverts a commit of main on a branch of its own and pushes it. */
  pushRevert(sha: string): Promise<{ branch: string; sha: string }>
}

const author = ['-c', 'user.name=Sam Rivera', '-c', 'user.email=sam@sitebuilder.example', '-c', 'commit.gpgsign=false']

/** The author pushes, too: whoever looks at the sample has no hand in it, and may approve it. */
const pusher = { GANTRY_ACTOR: 'Sam Rivera' }

export function createSample(parts: {
  source: string
  dir: string
  repository: Repository
  gitEnv: Record<string, string>
}): Sample {
  const { dir, source, repository } = parts
  const inSample = (...args: string[]) => git(args, { cwd: dir, env: { ...parts.gitEnv, ...pusher } })
  const push = async (refspec: string) => {
    try {
      await inSample('push', '--quiet', 'gantry', refspec)
    } catch (cause) {
      throw refusal(cause)
    }
  }
  const commitAll = async (message: string) => {
    await inSample('add', '--all')
    await inSample(...author, 'commit', '--quiet', '--allow-empty', '-m', message)
    return inSample('rev-parse', 'HEAD')
  }
  return {
    dir,
    breaks: () => preparedBreaks(source),
    async ensure() {
      if (!(await exists(join(dir, '.git')))) await copied(source, dir, commitCopy)
      await inSample('remote', 'remove', 'gantry').catch(() => '')
      await inSample('remote', 'add', 'gantry', repository.path)
    },
    async pushCurrent(branch) {
      await push(`HEAD:refs/heads/${branch}`)
      return inSample('rev-parse', 'HEAD')
    },
    async pushBreak(name) {
      const patch = join(source, 'breaks', `${name}.patch`)
      if (!/^[a-z0-9-]+$/.test(name) || !(await exists(patch))) {
        throw new GantryError(
          'NOT_FOUND',
          `no prepared break "${name}"; examples/sitebuilder/breaks/README.md lists them`,
        )
      }
      const branch = `break-${name}-${Date.now().toString(36)}`
      await inSample('fetch', '--quiet', 'gantry')
      await inSample('checkout', '--quiet', '-B', branch, 'gantry/main')
      await inSample('apply', '--index', patch)
      const sha = await commitAll(titleOf(await readFile(patch, 'utf8'), name))
      await push(`HEAD:refs/heads/${branch}`)
      return { branch, sha }
    },
    async mergeToMain(branch) {
      await inSample('fetch', '--quiet', 'gantry')
      await push(`refs/remotes/gantry/${branch}:refs/heads/main`)
      return inSample('rev-parse', `refs/remotes/gantry/${branch}`)
    },
    async pushRevert(sha) {
      const branch = `revert-${shortSha(sha)}-${Date.now().toString(36)}`
      await inSample('fetch', '--quiet', 'gantry')
      await inSample('checkout', '--quiet', '-B', branch, 'gantry/main')
      await inSample(...author, 'revert', '--no-edit', sha)
      await push(`HEAD:refs/heads/${branch}`)
      return { branch, sha: await inSample('rev-parse', 'HEAD') }
    },
  }

  async function commitCopy(copy: string): Promise<void> {
    const inCopy = (...args: string[]) => git(args, { cwd: copy, env: parts.gitEnv })
    await inCopy('init', '--quiet', '--initial-branch=main')
    await inCopy('add', '--all')
    await inCopy(...author, 'commit', '--quiet', '-m', 'Sitebuilder: create a site, publish it, open it')
  }
}

const leftOut = new Set(['node_modules', 'dist', '.git', 'breaks', 'test-results', 'playwright-report', 'coverage'])

/** Complete or not there: made beside the place and moved in whole. */
async function copied(source: string, dir: string, finish: (copy: string) => Promise<void>): Promise<void> {
  const copy = `${dir}.new`
  await rm(copy, { recursive: true, force: true })
  await mkdir(copy, { recursive: true })
  await cp(source, copy, { recursive: true, filter: path => !leftOut.has(basename(path)) || path === source })
  // Its name in the published command: npm and pnpm leave every .gitignore out of a package.
  if (await exists(join(copy, 'gitignore'))) await rename(join(copy, 'gitignore'), join(copy, '.gitignore'))
  await finish(copy)
  await rm(dir, { recursive: true, force: true })
  await rename(copy, dir)
}

/** What the hook said, as the error it meant. */
function refusal(cause: unknown): unknown {
  const text = cause instanceof Error && 'stderr' in cause ? String(cause.stderr) : ''
  const [, code, message] = /remote: error ([A-Z_]+) {2}(.+)/.exec(text) ?? []
  if (code === 'CHECKS_NOT_GREEN' || code === 'HISTORY_REWRITTEN') return new GantryError(code, message?.trim() ?? text)
  return cause
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )
