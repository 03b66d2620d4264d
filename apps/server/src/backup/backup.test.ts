import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { createGzip, gunzipSync, gzipSync } from 'node:zlib'
import { type DayFiles, openDayFiles } from '@gantry/lines'
import { openObjects } from '@gantry/objects'
import { type Database, openDatabase } from '@gantry/store'
import { templateDir } from '@gantry/store/testing'
import { pack } from 'tar-stream'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { readEnvironment } from '../environment.ts'
import { homeSecretName, manifestName, secretKeysName, sumsName } from './manifest.ts'
import { entriesOf } from './read-backup.ts'
import { restore } from './restore.ts'
import { type BackupParts, writeBackup } from './write-backup.ts'

let dir: string
let database: Database
let dayFiles: DayFiles
let parts: BackupParts
let whole: Buffer
/** Where a test restores to. */
let home: string
let file: string

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gantry-backup-'))
  database = await openDatabase({ kind: 'embedded', dir: join(dir, 'database'), templateDir })
  dayFiles = openDayFiles({ dir, folderOf: project => join(dir, 'lines', project), now: () => new Date() })
  await dayFiles.append([
    {
      ...{ project: 'shop', environment: 'production', release: null, service: 'web', at: '2026-03-01T08:00:00.000Z' },
      ...{ level: 'info', message: 'a line', trace: null, fields: {} },
    },
  ])
  parts = {
    ...{ database, dayFiles, objects: await openObjects(null, dir, {}), scratch: dir, now: () => new Date() },
    projects: [{ name: 'shop', repository: join(dir, 'nothing'), uploads: join(dir, 'uploads') }],
    keys: {},
  }
  await parts.objects.put('projects/shop/artifacts/a', Readable.from([Buffer.from('built')]))
  await mkdir(join(dir, 'uploads/1'), { recursive: true })
  await writeFile(join(dir, 'uploads/1/report'), 'all is well')
  file = join(dir, 'backup.tar.gz')
  await written(parts)
  whole = await readFile(file)
})
afterAll(async () => {
  await dayFiles.close()
  await database.close()
  await rm(dir, { recursive: true, force: true })
})
beforeEach(async () => {
  home = join(await mkdtemp(join(dir, 'restored-')), 'home')
  await writeFile(file, whole)
})

const written = (of: BackupParts) => writeBackup(of, createWriteStream(file))

async function entries(): Promise<Record<string, Buffer>> {
  const found: Record<string, Buffer> = {}
  for await (const { name, bytes } of entriesOf(file)) found[name] = await buffer(bytes)
  return found
}

/** The same backup with other entries. Its sums are those of before. */
async function rewritten(change: Record<string, string>): Promise<void> {
  const tar = pack()
  for (const [name, bytes] of Object.entries({ ...(await entries()), ...change })) tar.entry({ name }, bytes)
  tar.finalize()
  await pipeline(tar, createGzip(), createWriteStream(file))
}

const restored = (env: Record<string, string> = {}) =>
  restore(readEnvironment({ GANTRY_HOME: home, ...env }, dir), { path: file, force: false, say: () => {} })

const refused = { code: 'BACKUP_UNREADABLE', hint: expect.stringContaining('`gantry backup`') }

test('what opens sealed rows is in a backup only when it is asked for', async () => {
  const [secret, keys] = [join(dir, 'secret'), join(dir, 'secret-keys')]
  await writeFile(secret, Buffer.from('ff'.repeat(32), 'hex'))
  await writeFile(keys, 'a key')
  expect(Object.keys(await entries())).not.toContain(homeSecretName)
  await written({ ...parts, keys: { [homeSecretName]: secret, [secretKeysName]: keys, none: join(dir, 'none') } })
  const found = await entries()
  expect(found[homeSecretName]?.toString('hex')).toBe('ff'.repeat(32))
  expect(found[secretKeysName]?.toString()).toBe('a key')
  expect(Object.keys(found)).not.toContain('none')
})

test('log lines in files are in a backup, each day whole', async () => {
  const day = (await entries())['lines/shop/2026-03-01.db']
  const folder = await mkdtemp(join(dir, 'day-'))
  await writeFile(join(folder, '2026-03-01.db'), day ?? '')
  const restored = openDayFiles({ dir, folderOf: () => folder, now: () => new Date() })
  const { lines } = await restored.search('shop', { term: null })
  await restored.close()
  expect(lines).toMatchObject([{ message: 'a line', service: 'web' }])
})

test('a file that was cut off anywhere is refused, and nothing is written', async () => {
  for (const share of [0, 0.1, 0.5, 0.9, 0.999]) {
    await writeFile(file, whole)
    await truncate(file, Math.floor(whole.length * share))
    await expect(restored(), `cut at ${share}`).rejects.toMatchObject(refused)
  }
  const inner = gunzipSync(whole)
  // A whole archive, as of a disk that was full and a program that ended it in order.
  await writeFile(file, gzipSync(inner.subarray(0, inner.lastIndexOf(Buffer.from(sumsName)))))
  await expect(restored()).rejects.toMatchObject({ ...refused, message: expect.stringContaining('cut off') })
  await expect(readdir(home)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('a file that was changed, is of another format, or none at all is refused by what is wrong with it', async () => {
  await rewritten({ 'uploads/shop/1/report': 'all is lost' })
  await expect(restored()).rejects.toMatchObject({ ...refused, message: expect.stringContaining('uploads/shop/1') })
  await rewritten({ [sumsName]: '{' })
  await expect(restored()).rejects.toMatchObject({ ...refused, message: expect.stringContaining(sumsName) })
  await writeFile(file, 'not a backup')
  await expect(restored()).rejects.toMatchObject(refused)
  await rm(file)
  await expect(restored()).rejects.toMatchObject({ ...refused, message: expect.stringContaining('ENOENT') })
  await expect(readdir(home)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('a backup of a newer Gantry is refused before what is there is thrown away', async () => {
  const manifest = JSON.parse(String((await entries())[manifestName]))
  await mkdir(join(home, 'projects/kept'), { recursive: true })
  const ofNewer = { ...manifest, rows: { ...manifest.rows, migrations: ['99990101000000'] } }
  for (const [newer, why] of [
    [ofNewer, '99990101000000'],
    [{ ...manifest, format: 2 }, 'format'],
  ] as const) {
    await writeFile(file, whole)
    await withManifest(JSON.stringify(newer))
    const asked = restore(readEnvironment({ GANTRY_HOME: home }, dir), { path: file, force: true, say: () => {} })
    await expect(asked).rejects.toMatchObject({ ...refused, message: expect.stringContaining(why) })
  }
  expect(await readdir(join(home, 'projects'))).toEqual(['kept'])
})

/** As its own Gantry would have written it, sums and all. */
async function withManifest(text: string): Promise<void> {
  const sums = JSON.parse(String((await entries())[sumsName]))
  sums.entries[manifestName] = { bytes: text.length, sha256: createHash('sha256').update(text).digest('hex') }
  await rewritten({ [manifestName]: text, [sumsName]: JSON.stringify(sums) })
}

test('a data folder that holds a server already is refused, and stays as it is', async () => {
  await mkdir(join(home, 'projects/shop'), { recursive: true })
  await expect(restored()).rejects.toMatchObject({
    code: 'RESTORE_NOT_EMPTY',
    message: expect.stringContaining('projects'),
    hint: expect.stringContaining('--force'),
  })
  expect(await readdir(home)).toEqual(expect.not.arrayContaining(['artifacts', 'database']))
})
