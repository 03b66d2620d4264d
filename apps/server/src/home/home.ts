import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GantryError } from '@gantry/core'
import { claimHome } from './claim-home.ts'

/** The data folder: where each thing lives, claimed by one running server. */
export interface Home {
  dir: string
  database: string
  /** Tools that jobs of all projects use; jobs cannot change them. */
  toolCache: string
  /** Of the jobs of all projects, a folder each. */
  workspaces: string
  project(name: string): ProjectFolders
  sample(project: string): string
  /** 32 bytes known to this folder only: signs and derives what must stay the same between starts. */
  secret: Buffer
  release(): Promise<void>
}

/** What one project has in the data folder. Nothing of another is below any of these. */
export interface ProjectFolders {
  /** Of the whole data folder. */
  home: string
  repository: string
  actionsCache: string
  actionsArtifacts: string
  /** Its log lines: a file for each day. */
  lines: string
  /** Source maps of releases, to read stacks of bundles by. */
  maps: string
  /** Uploaded source maps as they were packed, those that were read last. */
  sourceBundles: string
  /** Where workflow files that others call are read. */
  called: string
  /** See `Home`. */
  toolCache: string
}

/** Where `Home.secret` is kept. */
export const secretFile = (dir: string): string => join(dir, 'secret')

const leastFreeBytes = 64 * 1024 * 1024

/**
 * Makes the folder, proves it can be written, and claims it.
 * @throws GantryError HOME_UNWRITABLE, HOME_IN_USE
 */
export async function openHome(dir: string): Promise<Home> {
  await proveWritable(dir)
  const release = await claimHome(join(dir, 'server.pid'))
  // Where a server that was killed was; by now another program may listen there.
  await rm(join(dir, 'url'), { force: true })
  return {
    dir,
    database: join(dir, 'database'),
    toolCache: join(dir, 'actions', 'tools'),
    workspaces: join(dir, 'workspaces'),
    project: name => foldersOf(dir, name),
    sample: project => join(dir, project),
    secret: await secretOf(secretFile(dir)),
    release,
  }
}

function foldersOf(home: string, project: string): ProjectFolders {
  const own = join(home, 'projects', project)
  return {
    home,
    repository: join(own, 'repository.git'),
    actionsCache: join(home, 'actions', 'cache', project),
    actionsArtifacts: join(own, 'actions', 'artifacts'),
    lines: join(own, 'lines'),
    maps: join(own, 'maps'),
    sourceBundles: join(own, 'source-bundles'),
    called: join(own, 'actions', 'called'),
    toolCache: join(home, 'actions', 'tools'),
  }
}

/** A file only this user can read, replaced whole: whoever reads meanwhile finds the old text or the new one, never a part. */
export async function writePrivate(path: string, text: string): Promise<void> {
  const part = `${path}.${randomBytes(6).toString('hex')}.part`
  try {
    await writeFile(part, text, { mode: 0o600 })
    await rename(part, path)
  } catch (cause) {
    await rm(part, { force: true }).catch(() => undefined)
    throw cause
  }
}

async function proveWritable(dir: string): Promise<void> {
  const probe = join(dir, `.probe-${process.pid}`)
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 })
    await writeFile(probe, 'x'.repeat(4_096))
    await rm(probe)
  } catch (cause) {
    // A full disk takes an empty file, and it would stay.
    await rm(probe, { force: true }).catch(() => undefined)
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
    throw new GantryError(
      'HOME_UNWRITABLE',
      `expected to write in ${dir}, the system answered ${code}`,
      { dir, code },
      { cause },
    )
  }
  const { bavail, bsize } = await statfs(dir)
  if (bavail * bsize >= leastFreeBytes) return
  throw new GantryError(
    'HOME_UNWRITABLE',
    `expected ${leastFreeBytes >> 20} MB free in ${dir}, found ${(bavail * bsize) >> 20} MB`,
    { dir },
  )
}

async function secretOf(path: string): Promise<Buffer> {
  try {
    const secret = await readFile(path)
    if (secret.length === 32) return secret
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) throw cause
  }
  const secret = randomBytes(32)
  await writeFile(path, secret, { mode: 0o600 })
  return secret
}
