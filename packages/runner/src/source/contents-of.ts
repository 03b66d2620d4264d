import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm, stat, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { git } from './git.ts'

/** The files a checkout would get, each with the id of its content. */
export interface Contents {
  files: ReadonlyMap<string, string>
  /** The branches and tags that a clone gets, with their commits, as one text. */
  refs: string
}

/**
 * What lies in a working tree, uncommitted and new files included, ignored ones not. Index and objects are written beside
 * the repository: nothing of it changes.
 */
export async function contentsOf(dir: string): Promise<Contents> {
  const top = (await git(dir, 'rev-parse', '--show-toplevel')).trim()
  const objects = (await git(top, 'rev-parse', '--path-format=absolute', '--git-path', 'objects')).trim()
  const index = (await git(top, 'rev-parse', '--path-format=absolute', '--git-path', 'index')).trim()
  const folder = await mkdtemp(join(tmpdir(), 'gantry-contents-'))
  try {
    await mkdir(join(folder, 'objects'))
    // With what the index knows of times, unchanged files are not read again. A repository without one has no files yet.
    await copyWithTime(index, join(folder, 'index'))
    const env = {
      GIT_INDEX_FILE: join(folder, 'index'),
      GIT_OBJECT_DIRECTORY: join(folder, 'objects'),
      GIT_ALTERNATE_OBJECT_DIRECTORIES: objects,
    }
    await beside(top, env, 'add', '--all')
    const [staged, refs] = await Promise.all([
      beside(top, env, 'ls-files', '-z', '--stage'),
      git(top, 'for-each-ref', '--format=%(objectname) %(refname)', 'refs/heads', 'refs/tags'),
    ])
    return { files: filesIn(staged), refs }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * The time of the index counts: git compares times of files by the second, and reads again only those as young as the
 * index. With a newer time an edit in the second of the commit would not be seen.
 */
async function copyWithTime(from: string, to: string): Promise<void> {
  try {
    const { atime, mtimeMs } = await stat(from)
    await copyFile(from, to)
    await utimes(to, atime, Math.floor(mtimeMs / 1000))
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) throw cause
  }
}

/** `<mode> <id> <stage>\t<path>`; the mode counts too, for a script that becomes executable. */
function filesIn(staged: string): Map<string, string> {
  return new Map(
    staged
      .split('\0')
      .filter(line => line !== '')
      .map(line => {
        const [facts = '', path = ''] = line.split('\t')
        const [mode, id] = facts.split(' ')
        return [path, `${mode} ${id}`]
      }),
  )
}

async function beside(cwd: string, env: Record<string, string>, ...args: string[]): Promise<string> {
  const { PATH = '/usr/local/bin:/usr/bin:/bin', HOME = '/' } = process.env
  const own = ['-c', 'safe.directory=*', '-c', 'core.fsmonitor=false', '-c', 'core.safecrlf=false']
  const { stdout } = await promisify(execFile)('git', [...own, ...args], {
    cwd,
    env: { PATH, HOME, LC_ALL: 'C', ...env },
    maxBuffer: 2 ** 28,
  })
  return stdout
}
