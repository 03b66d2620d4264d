import { createReadStream, createWriteStream } from 'node:fs'
import { access, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { GantryError, isObjectKey } from '@gantry/core'
import { openObjects } from '@gantry/objects'
import { type DatabaseAddress, openDatabase, requireRoomForRows, storeOn, writeRows } from '@gantry/store'
import type { Environment } from '../environment.ts'
import { git } from '../git/git.ts'
import { type Home, openHome, secretFile } from '../home/home.ts'
import { keyFile, readKeyRing } from '../secret/key-ring.ts'
import { homeSecretName, type Manifest, secretKeysName } from './manifest.ts'
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
  const database = databaseOf(environment, home)
  try {
    await requireEmpty(home, force)
    await requireRoomForRows(database, manifest.rows, { force })
    for (const name of keptFolders) await rm(join(home.dir, name), { recursive: true, force: true })
    const scratch = await mkdtemp(join(home.dir, '.restore-'))
    try {
      await putFilesBack(environment, home, path, scratch)
      await putRowsBack(database, manifest, scratch, force)
      await leaveToNobody(database, environment, home, say)
    } finally {
      await rm(scratch, { recursive: true, force: true })
    }
    say(`restored into ${home.dir}${environment.databaseUrl ? ' and the database of DATABASE_URL' : ''}`)
  } finally {
    await home.release()
  }
}

const keptFolders = ['database', 'projects', 'artifacts']

const databaseOf = ({ databaseUrl }: Environment, home: Home): DatabaseAddress =>
  databaseUrl ? { kind: 'postgres', url: databaseUrl } : { kind: 'embedded', dir: home.database }

async function requireEmpty({ dir }: Home, force: boolean): Promise<void> {
  const found = (await readdir(dir)).filter(name => keptFolders.includes(name))
  if (found.length === 0 || force) return
  throw new GantryError('RESTORE_NOT_EMPTY', `${dir} holds ${found.join(' and ')} of a server already`)
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
    else if (kind === 'lines') await writeTo(linesPath(home, rest), bytes)
    else if (name === secretKeysName) await writeTo(keyFile(home.dir), bytes)
    else if (name === homeSecretName) await writeTo(secretFile(home.dir), bytes)
  }
}

function uploadPath(home: Home, [project = '', ...path]: string[]): string {
  if (isObjectKey(project) && path.every(part => part !== '' && part !== '.' && part !== '..'))
    return join(home.project(project).actionsArtifacts, ...path)
  throw new GantryError('BACKUP_UNREADABLE', `uploads/${[project, ...path].join('/')} leads outside of its folder`)
}

function linesPath(home: Home, [project = '', day = '', ...more]: string[]): string {
  if (isObjectKey(project) && /^\d{4}-\d\d-\d\d\.db$/.test(day) && more.length === 0)
    return join(home.project(project).lines, day)
  throw new GantryError('BACKUP_UNREADABLE', `lines/${[project, day, ...more].join('/')} is no file of a day`)
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
  address: DatabaseAddress,
  { rows }: Manifest,
  scratch: string,
  force: boolean,
): Promise<void> {
  const rowsOf = async function* (table: string) {
    const file = join(scratch, `${table}.jsonl`)
    await access(file)
    yield* linesOf(file)
  }
  await writeRows(address, rows, rowsOf, { force })
}

/**
 * A job that a runner had then is nobody's now, as leases are not in a backup: it is executed anew, at once and not when the
 * runner was silent for long. The runner of the former data folder is no more; this one's gets its own name.
 */
async function leaveToNobody(
  address: DatabaseAddress,
  environment: Environment,
  { dir }: Home,
  say: RestoreAsked['say'],
): Promise<void> {
  const database = await openDatabase(address)
  try {
    const { runners, secrets } = storeOn(database)
    for (const { id } of await runners.claimed()) await runners.end(id, 'lost')
    for (const { id, isOwn } of await runners.list()) if (isOwn) await runners.remove(id)
    const { keys } = await readKeyRing(environment.secretKey, dir)
    const closed = (await secrets.sealedBy()).filter(({ keyId }) => !keys.some(({ id }) => id === keyId))
    for (const { keyId, secrets: count } of closed)
      say(`note: ${count} secrets are sealed with key ${keyId}, which is not here: give it by GANTRY_SECRET_KEY`)
  } finally {
    await database.close()
  }
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
