import { existsSync } from 'node:fs'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { writePrivate } from '../home/home.ts'
import { Remembered } from '../remembered.ts'
import { type Branch, branchReader } from './branches.ts'
import { type WrittenPart, writtenSince } from './contributors.ts'
import { git } from './git.ts'

export interface Commit {
  sha: string
  title: string
  author: string
  /** Of the author; empty when the commit names none. */
  email: string
  /** ISO 8601, UTC. */
  at: string
}

/** How the repository's hooks reach this server. */
export interface HookSettings {
  node: string
  url: string
  token: string
  project: string
  /** Whether the commits of a push are sent to the server before git accepts them. */
  isShared: boolean
}

/** The bare repository of a project that people push to. */
export interface Repository {
  path: string
  /** Answers when that commit is here, if any machine has it. Whoever reads `path` by other means asks this before. */
  hold(sha: string): Promise<void>
  /** (Re)writes its hooks to call a server. Until then nothing can be pushed. */
  writeHooks(hook: HookSettings): Promise<void>
  commit(sha: string): Promise<Commit>
  /** Null when the branch does not exist. */
  head(branch: string): Promise<string | null>
  branches(): Promise<Branch[]>
  /** Files below `folder` at a commit, with their text. Empty when the folder does not exist. */
  files(sha: string, folder: string): Promise<{ path: string; text: string }[]>
  /** Text of one file at a commit. Rejects when it is not there. */
  file(sha: string, path: string): Promise<string>
  /** The same, with every line where it stands in the file. */
  source(sha: string, path: string): Promise<string>
  /** The commit that last changed a file, as of `sha`. Rejects when it is not there. */
  lastChange(sha: string, path: string): Promise<Commit>
  /** Commits in `to` that `from` does not have, newest first. */
  between(from: string, to: string): Promise<Commit[]>
  changedFiles(from: string | null, to: string): Promise<string[]>
  /** Whether a commit is on a branch, at its head or before it. */
  contains(branch: string, sha: string): Promise<boolean>
  /** Who wrote what `to` brings to a place where `from` is. */
  writtenSince(from: string | null, to: string): Promise<WrittenPart>
}

/** Makes the repository when it is missing. */
export async function openRepository(path: string): Promise<Repository> {
  await mkdir(path, { recursive: true })
  // The last thing `git init` writes, so that one that was cut off is made again.
  if (!existsSync(join(path, 'objects', 'info')))
    await git(['init', '--bare', '--quiet', '--initial-branch=main', path], { cwd: path })
  return repositoryAt(path)
}

function repositoryAt(path: string): Repository {
  const inRepo = (...args: string[]) => git(args, { cwd: path })
  const branches = branchReader(path)
  const between = new Remembered({
    most: commitsKept,
    async ask(range) {
      const text = await inRepo('log', '--max-count=100', `--format=${commitFormat}%x1e`, range)
      return text
        .split('\x1e')
        .map(part => part.trim())
        .filter(Boolean)
        .map(commitOf)
    },
  })
  return {
    path,
    hold: async () => undefined,
    writeHooks: hook => writeHooks(path, hook),
    commit: async sha => commitOf(await inRepo('show', '-s', `--format=${commitFormat}`, sha)),
    head: async branch => (await branches()).find(({ name }) => name === branch)?.sha ?? null,
    branches,
    async files(sha, folder) {
      const list = await inRepo('ls-tree', '-r', '--name-only', '-z', sha, '--', `${folder}/`).catch(() => '')
      const paths = list.split('\0').filter(Boolean)
      return Promise.all(paths.map(async file => ({ path: file, text: await inRepo('show', `${sha}:${file}`) })))
    },
    contains: (branch, sha) =>
      inRepo('merge-base', '--is-ancestor', sha, `refs/heads/${branch}`).then(
        () => true,
        // Neither is there, or one is not: no branch contains what is not there.
        () => false,
      ),
    writtenSince: (from, to) => writtenSince(path, from, to),
    file: (sha, file) => inRepo('show', `${sha}:${file}`),
    source: (sha, file) => git(['show', `${sha}:${file}`], { cwd: path, isWhole: true }),
    lastChange: async (sha, file) =>
      commitOf(await inRepo('log', '--max-count=1', `--format=${commitFormat}`, sha, '--', file)),
    between: (from, to) => between.get(`${from}..${to}`),
    async changedFiles(from, to) {
      const text = from
        ? await inRepo('diff', '--name-only', from, to)
        : await inRepo('ls-tree', '-r', '--name-only', to)
      return text.split('\n').filter(Boolean)
    },
  }
}

/** Of what lies between two commits: that never changes, and the first screen asks for it again and again. */
const commitsKept = 50

const commitFormat = '%H%x1f%s%x1f%an%x1f%cI%x1f%ae'

function commitOf(text: string): Commit {
  const [sha = '', title = '', author = '', at = '', email = ''] = text.split('\x1f')
  return { sha, title, author, email, at: new Date(at).toISOString() }
}

async function writeHooks(path: string, hook: HookSettings): Promise<void> {
  const client = join(import.meta.dirname, 'hook-client.mjs')
  // Beside the repository: jobs may read that.
  const settings = join(dirname(path), 'hook.json')
  await writePrivate(
    settings,
    JSON.stringify({ url: hook.url, token: hook.token, project: hook.project, isShared: hook.isShared }),
  )
  for (const name of ['pre-receive', 'post-receive']) {
    const file = join(path, 'hooks', name)
    await mkdir(join(path, 'hooks'), { recursive: true })
    await writeFile(file, `#!/bin/sh\nexec ${quoted(hook.node)} ${quoted(client)} ${name} ${quoted(settings)}\n`)
    await chmod(file, 0o755)
  }
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
