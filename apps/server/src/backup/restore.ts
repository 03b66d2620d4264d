import { createReadStream, createWriteStream } from 'node:fs'
import { access, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { GantryError, isObjectKey } from '@gantry/core'
import { openObjects } from '@gantry/objects'
import { type DatabaseAddress, writeRows } from '@gantry/store'
import type { Environment } from '../environment.ts'
import { git } from '../git/git.ts'
import { type Home, openHome } from '../home/home.ts'
import { keyFile } from '../secret/key-ring.ts'
import type { Manifest } from './manifest.ts'
import { entriesOf, verifyBackup } from './read-backup.ts'

export interface RestoreAsked {
  path: string
  /** Throw away what the folder and the database hold. */
  force: boolean
  say(line: string): void
}

/**
 * Puts back what `gantry backup` wrote: into an empty data folder, and an empty database of either kind. Files come first and
 * rows last, in one transaction: a restore that was cut off leaves a database without projects, and is begun again.
 * @throws GantryError BACKUP_UNREADABLE, RESTORE_NOT_EMPTY, HOME_IN_USE, DATABASE_UNREACHABLE, OBJECTS_UNREACHABLE
 */
export async function restore(environment: Environment, { path, force, say }: RestoreAsked): Promise<void> {
  const manifest = await verifyBackup(path)
  say(
    `${path} is whole: made ${manifest.madeAt}, ${manifest.rows.tables.reduce((sum, { rows }) => sum + rows, 0)} rows`,
  )
  const home = await openHome(environment.home)
  try {
    await makeEmpty(home, force)
    const scratch = await mkdtemp(join(home.dir, '.restore-'))
    try {
      await putFilesBack(environment, home, path, scratch)
      await putRowsBack(environment, home, manifest, scratch, force)
    } finally {
      await rm(scratch, { recursive: true, force: true })
    }
    say(`restored into ${home.dir}${environment.databaseUrl ? ' and the database of DATABASE_URL' : ''}`)
  } finally {
    await home.release()
  }
}

const keptFolders = ['database', 'projects', 'artifacts']

async function makeEmpty(home: Home, force: boolean): Promise<void> {
  const found = (await readdir(home.dir)).filter(name => keptFolders.includes(name))
  if (found.length === 0) return
  if (!force) throw new GantryError('RESTORE_NOT_EMPTY', `${home.dir} holds ${found.join(' and ')} of a server already`)
  for (const name of found) await rm(join(home.dir, name), { recursive: true, force: true })
}

async function putFilesBack(environment: Environment, home: Home, path: string, scratch: string): Promise<void> {
  const objects = await openObjects(environment.objects, home.dir, environment.all)
  for await (const { name, bytes } of entriesOf(path)) {
    const [kind, ...rest] = name.split('/')
    const inner = rest.join('/')
    if (kind === 'rows' && isObjectKey(inner)) await writeTo(join(scratch, inner), bytes)
    else if (kind === 'objects' && isObjectKey(inner)) await objects.put(inner, bytes)
    else if (kind === 'git' && isObjectKey(inner)) await unbundle(home, inner.replace(/\.bundle$/, ''), bytes, scratch)
    else if (kind === 'uploads') await writeTo(uploadPath(home, rest), bytes)
    else if (name === 'secret-keys') await writeTo(keyFile(home.dir), bytes)
  }
}

function uploadPath(home: Home, [project = '', ...path]: string[]): string {
  if (isObjectKey(project) && path.every(part => part !== '' && part !== '.' && part !== '..'))
    return join(home.project(project).actionsArtifacts, ...path)
  throw new GantryError('BACKUP_UNREADABLE', `uploads/${[project, ...path].join('/')} leads outside of its folder`)
}

async function writeTo(file: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await pipeline(bytes, createWriteStream(file, { mode: 0o600 }))
}

async function unbundle(home: Home, project: string, bytes: AsyncIterable<Uint8Array>, scratch: string): Promise<void> {
  const bundle = join(scratch, 'bundle')
  await writeTo(bundle, bytes)
  const { repository } = home.project(project)
  await mkdir(dirname(repository), { recursive: true })
  await git(['init', '--bare', '--quiet', '--initial-branch=main', repository], { cwd: home.dir })
  await git(['fetch', '--quiet', bundle, '+refs/*:refs/*'], { cwd: repository })
  await rm(bundle)
}

async function putRowsBack(
  environment: Environment,
  home: Home,
  { rows }: Manifest,
  scratch: string,
  force: boolean,
): Promise<void> {
  const address: DatabaseAddress = environment.databaseUrl
    ? { kind: 'postgres', url: environment.databaseUrl }
    : { kind: 'embedded', dir: home.database }
  const rowsOf = async function* (table: string) {
    const file = join(scratch, `${table}.jsonl`)
    await access(file)
    yield* linesOf(file)
  }
  await writeRows(address, rows, rowsOf, { force })
}

/** Not node's own `readline`, which also ends a line at characters that JSON may hold. */
async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of createReadStream(file, 'utf8')) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
}
