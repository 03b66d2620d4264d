import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { findFiles } from '../file-glob/find-files.ts'
import { type ActionCall, defineAction } from './define-action.ts'

/** Keeps folders between runs: an index by key, archives by their content. */
export const cache = defineAction({
  uses: 'actions/cache',
  inputs: { path: '', key: '', 'restore-keys': '', 'fail-on-cache-miss': 'false', 'lookup-only': 'false' },
  ignored: ['upload-chunk-size', 'enableCrossOsArchive', 'enablecrossosarchive', 'save-always'],
  run: async call => {
    const key = call.input('key')
    const paths = call.list('path')
    if (key === '' || key.length > 512 || key.includes(',')) {
      throw new Error(`expected a cache key of 1 to 512 characters without commas, got ${JSON.stringify(key)}`)
    }
    if (paths.length === 0) throw new Error('expected cache to have a "path", got none')
    const entry = await findEntry(call, key)
    call.setOutput('cache-primary-key', key)
    call.setOutput('cache-matched-key', entry?.key ?? '')
    call.setOutput('cache-hit', entry === undefined ? '' : String(entry.key === key))
    if (entry === undefined) {
      if (call.isOn('fail-on-cache-miss')) throw new Error(`expected a cache for ${key}, got none`)
      call.log(`Cache not found for ${[key, ...call.list('restore-keys')].join(', ')}`)
    } else if (!call.isOn('lookup-only')) await restore(call, entry)
    if (entry?.key !== key) call.afterJob(after => save(after, key, paths))
  },
})

interface Entry {
  key: string
  /** Caches of other paths never fit. */
  version: string
  object: string
  createdAt: string
}

/** The exact key, else the newest key that starts with a restore key, in the order they are listed. */
async function findEntry(call: ActionCall, key: string): Promise<Entry | undefined> {
  const version = versionOf(call)
  const entries = (await readIndex(call)).filter(
    entry => entry.version === version && existsSync(objectPath(call, entry.object)),
  )
  const newestFirst = entries.sort((a, b) => b.createdAt.localeCompare(a.createdAt))
  const exact = newestFirst.find(entry => entry.key === key)
  const prefixes = [key, ...call.list('restore-keys')]
  return (
    exact ??
    prefixes.map(prefix => newestFirst.find(entry => entry.key.startsWith(prefix))).find(entry => entry !== undefined)
  )
}

async function restore(call: ActionCall, entry: Entry): Promise<void> {
  const code = await call.exec('tar', ['-xPf', objectPath(call, entry.object), '-C', call.workspace])
  if (code !== 0)
    call.warning(`expected cache ${entry.key} to unpack, got exit code ${code} from tar; going on without it`)
  else call.log(`Cache restored from key ${entry.key}`)
}

async function save(call: ActionCall, key: string, paths: string[]): Promise<void> {
  const present = paths.flatMap(path => pathsOf(call, path)).filter(path => existsSync(resolve(call.workspace, path)))
  if (present.length === 0) {
    call.warning(`expected files at ${paths.join(', ')}, got none; nothing is cached`)
    return
  }
  const objects = join(call.machine.cacheDir, 'objects')
  await mkdir(objects, { recursive: true })
  const staging = join(objects, `.${process.pid}-${process.hrtime.bigint()}`)
  const code = await call.exec('tar', ['-cPf', staging, '-C', call.workspace, '--', ...present])
  if (code !== 0) {
    await rm(staging, { force: true })
    call.warning(`expected ${present.join(', ')} to be packed, got exit code ${code} from tar; nothing is cached`)
    return
  }
  const object = await digestOf(staging)
  await rename(staging, objectPath(call, object))
  const entry: Entry = { key, version: versionOf(call), object, createdAt: call.machine.now().toISOString() }
  await writeFile(join(objects, `../${nameOf(entry)}.json`), JSON.stringify(entry))
  call.log(`Cache saved with key ${key}`)
}

function pathsOf(call: ActionCall, path: string): string[] {
  return /[*?[]/.test(path) ? findFiles(call.workspace, [path]) : [path]
}

async function readIndex(call: ActionCall): Promise<Entry[]> {
  if (!existsSync(call.machine.cacheDir)) return []
  const names = (await readdir(call.machine.cacheDir)).filter(name => name.endsWith('.json'))
  const entries = await Promise.all(names.map(name => readEntry(join(call.machine.cacheDir, name))))
  return entries.filter(entry => entry !== undefined)
}

/** A half-written or foreign file is no entry. */
async function readEntry(path: string): Promise<Entry | undefined> {
  try {
    const parsed: unknown = JSON.parse(await readFile(path, 'utf8'))
    const fields = new Map(Object.entries(parsed ?? {}))
    const [key, version, object, createdAt] = ['key', 'version', 'object', 'createdAt'].map(name => fields.get(name))
    const areTexts = [key, version, object, createdAt].every(value => typeof value === 'string')
    return areTexts
      ? { key: `${key}`, version: `${version}`, object: `${object}`, createdAt: `${createdAt}` }
      : undefined
  } catch {
    return undefined
  }
}

function objectPath(call: ActionCall, object: string): string {
  return join(call.machine.cacheDir, 'objects', `${object}.tar`)
}

function nameOf({ key, version }: Entry): string {
  return createHash('sha256').update(`${version}\n${key}`).digest('hex')
}

/** Of the paths as written, so that the same file fits in every home folder. */
function versionOf(call: ActionCall): string {
  return createHash('sha256').update(call.input('path').trim()).digest('hex')
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk)
  return hash.digest('hex')
}
