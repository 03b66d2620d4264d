import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Objects } from '@gantry/core'
import type { DayFiles } from '@gantry/lines'
import { type Database, readRows } from '@gantry/store'
import { pack } from 'tar-stream'
import { git } from '../git/git.ts'
import {
  bundleName,
  linesName,
  type Manifest,
  manifestName,
  objectName,
  rowsName,
  type Sums,
  sumsName,
  uploadName,
} from './manifest.ts'

export interface BackupParts {
  database: Database
  objects: Objects
  projects: { name: string; repository: string; uploads: string }[]
  /** Where log lines are in files of this server; null: they are rows. */
  dayFiles: Pick<DayFiles, 'kept' | 'copy'> | null
  /** Files of the data folder that open what is sealed in the rows, by their names in the backup. Empty leaves them out. */
  keys: Record<string, string>
  /** A folder of this machine with room for the rows and one repository. */
  scratch: string
  now(): Date
}

/**
 * Writes everything a server keeps as one file, while it works. The rows are those of one moment. Files are taken after them, so
 * that each one a row names is there; what was pushed meanwhile gets its runs at the start after a restore.
 */
export async function writeBackup(parts: BackupParts, out: Writable): Promise<void> {
  const scratch = await mkdtemp(join(parts.scratch, '.backup-'))
  const file = tarFile()
  const written = pipeline(file.stream, createGzip({ level: 4 }), out)
  try {
    await Promise.all([written, addAll(parts, scratch, file).catch(cause => file.fail(cause))])
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

async function addAll(parts: BackupParts, scratch: string, file: TarFile): Promise<void> {
  const { database, objects, projects, dayFiles, keys, now } = parts
  const spooled = (table: string) => join(scratch, `${table}.jsonl`)
  const rows = await readRows(database, (table, texts) =>
    pipeline(texts, eachLine, createWriteStream(spooled(table), { mode: 0o600 })),
  )
  const manifest: Manifest = { format: 1, madeAt: now().toISOString(), database: database.kind, rows }
  await file.addText(manifestName, JSON.stringify(manifest, null, 2))
  for (const { table } of rows.tables) {
    await file.addFile(rowsName(table), spooled(table))
    await rm(spooled(table))
  }
  for (const { name } of projects)
    for await (const { key, bytes } of objects.list(`projects/${name}/artifacts`)) {
      const content = await objects.get(key)
      // Removed by housekeeping since it was listed: nothing needs it.
      if (content !== null) await file.add(objectName(key), bytes, content)
    }
  for (const { name, repository, uploads } of projects) {
    await addBundle(file, bundleName(name), repository, join(scratch, 'bundle'))
    for (const path of await filesBelow(uploads)) await file.addFile(uploadName(name, path), join(uploads, path))
  }
  if (dayFiles !== null)
    for (const { name } of projects)
      for (const { day } of await dayFiles.kept(name)) await addDay(file, dayFiles, { name, day }, join(scratch, 'day'))
  for (const [name, path] of Object.entries(keys)) {
    const bytes = Buffer.from(await readFile(path).catch(nothingYet))
    if (bytes.length > 0) await file.addBytes(name, bytes)
  }
  await file.end()
}

async function* eachLine(texts: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const text of texts) yield `${text}\n`
}

/** Lines are written meanwhile: the copy is of one moment. */
async function addDay(
  file: TarFile,
  dayFiles: Pick<DayFiles, 'copy'>,
  { name, day }: { name: string; day: string },
  spool: string,
): Promise<void> {
  await dayFiles.copy(name, day, spool)
  await file.addFile(linesName(name, day), spool)
  await rm(spool)
}

/** Nothing of a repository that nobody pushed to. */
async function addBundle(file: TarFile, name: string, repository: string, spool: string): Promise<void> {
  const refs = await git(['for-each-ref', '--count=1'], { cwd: repository }).catch(() => '')
  if (refs === '') return
  await git(['bundle', 'create', '--quiet', spool, '--all'], { cwd: repository })
  await file.addFile(name, spool)
  await rm(spool)
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(nothingYet)
  return entries
    .filter(entry => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
}

function nothingYet(cause: NodeJS.ErrnoException): never[] {
  if (cause.code === 'ENOENT') return []
  throw cause
}

type TarFile = ReturnType<typeof tarFile>

/** One entry after the other, with the sum of each at the end. */
function tarFile() {
  const stream = pack()
  const sums: Sums = { entries: {} }
  const add = async (name: string, bytes: number, content: AsyncIterable<Uint8Array>) => {
    const hash = createHash('sha256')
    async function* hashed() {
      for await (const chunk of content) {
        hash.update(chunk)
        yield chunk
      }
    }
    await pipeline(hashed, stream.entry({ name, size: bytes, mode: 0o600 }))
    if (name !== sumsName) sums.entries[name] = { bytes, sha256: hash.digest('hex') }
  }
  const addBytes = (name: string, bytes: Buffer) => add(name, bytes.length, Readable.from([bytes]))
  const addText = (name: string, text: string) => addBytes(name, Buffer.from(text))
  return {
    stream,
    add,
    addBytes,
    addText,
    addFile: async (name: string, path: string) => add(name, (await stat(path)).size, createReadStream(path)),
    async end() {
      await addText(sumsName, JSON.stringify(sums))
      stream.finalize()
    },
    fail: (cause: unknown) => void stream.destroy(cause instanceof Error ? cause : new Error(String(cause))),
  }
}
