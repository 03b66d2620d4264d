import { randomUUID } from 'node:crypto'
import { chown, lstat, rename, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { findPaths } from '../../file-glob/find-paths.ts'
import { type ActionCall, defineAction } from '../define-action.ts'
import { type AskedCache, askedCache } from './asked-cache.ts'
import { evict, usualCacheBytes } from './evict.ts'
import { addEntry, findEntry, stagingPath } from './store.ts'

/** The second half of `actions/cache`, at the place of the step instead of after the job. */
export const cacheSave = defineAction({
  uses: 'actions/cache/save',
  inputs: { path: '', key: '' },
  ignored: ['upload-chunk-size', 'enableCrossOsArchive', 'enablecrossosarchive'],
  run: call => saveCache(call, () => askedCache(call)),
})

/** What cannot be saved is a warning, never a failure, as on GitHub: the work of the job is done. */
export async function saveCache(call: ActionCall, ask: () => AskedCache): Promise<void> {
  try {
    await save(call, ask())
  } catch (error) {
    if (call.signal.aborted) throw error
    call.warning(`${error instanceof Error ? error.message : error}; nothing is cached`)
  }
}

async function save(call: ActionCall, { key, paths, version }: AskedCache): Promise<void> {
  const { cacheDir, cacheBytes = usualCacheBytes, sharedCaches, now } = call.machine
  const isThere = sharedCaches?.has(version, key) ?? isKept(cacheDir, version, key)
  if (await isThere) return call.log(alreadyThere(key))
  const found = findPaths(call.workspace, paths).map(path => relative(call.workspace, path) || '.')
  if (found.length === 0) throw new Error(`expected files at ${call.list('path').join(', ')}, got none`)
  sayWhatStays(call, paths, found)
  // tar packs what the job sees, and so inside, where the folder of caches cannot be changed.
  const staging = call.isShutIn ? join(call.folders.temp, `.${randomUUID()}`) : await stagingPath(cacheDir)
  const taken = call.isShutIn ? await stagingPath(cacheDir) : staging
  const list = await stagingPath(cacheDir)
  try {
    // Thousands of names are more than a command line takes; NUL keeps newlines and dashes in names apart.
    await writeFile(list, found.map(path => `${path}\0`).join(''))
    const code = await call.exec('tar', ['-cPf', staging, '-C', call.workspace, '--null', '-T', list])
    if (code !== 0) throw new Error(`expected ${shown(found)} to be packed, got exit code ${code} from tar`)
    if (call.isShutIn) await takeOver(staging, taken)
    const added = await addEntry(cacheDir, { key, version, staging: taken, now: now() })
    const entry = await findEntry(cacheDir, version, [key])
    if (entry?.key === key) await sharedCaches?.publish(entry)
    call.log(added === 'added' ? `Cache saved with key: ${key}` : alreadyThere(key))
  } finally {
    await Promise.all([staging, taken, list].map(path => rm(path, { force: true })))
  }
  const dropped = await evict(cacheDir, cacheBytes, now())
  if (dropped.length > 0) call.log(`Removed to stay within the limits: ${dropped.map(entry => entry.key).join(', ')}`)
}

const isKept = async (dir: string, version: string, key: string): Promise<boolean> =>
  (await findEntry(dir, version, [key]))?.key === key

/** Out of the hands of the job, which may have put a link in its place. */
async function takeOver(archive: string, to: string): Promise<void> {
  await rename(archive, to)
  if (!(await lstat(to)).isFile()) throw new Error('expected an archive, got a link or the like')
  await chown(to, process.getuid?.() ?? 0, process.getgid?.() ?? 0)
}

function alreadyThere(key: string): string {
  return `Cache ${key} exists already and is left as it is; a key is written once`
}

function shown(paths: readonly string[]): string {
  return paths.length <= 3 ? paths.join(', ') : `${paths.length} paths`
}

/** A folder comes whole, as on GitHub: what a `!` pattern names below it is no exception, which surprises people. */
function sayWhatStays(call: ActionCall, paths: readonly string[], found: readonly string[]): void {
  for (const pattern of paths.filter(path => path.startsWith('!'))) {
    const named = pattern.slice(1)
    const whole = found.find(path => path === '.' || named.startsWith(`${path}/`))
    if (whole !== undefined) {
      call.warning(
        `expected ${pattern} to name what the other patterns match, got something below ${whole}, which is packed whole here and on GitHub; write ${join(whole, '*')} to choose among what is in it`,
      )
    }
  }
}
