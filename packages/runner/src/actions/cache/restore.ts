import { type ActionCall, defineAction } from '../define-action.ts'
import { type AskedCache, askedCache } from './asked-cache.ts'
import { archivePath, type CacheEntry, findEntry, markUsed } from './store.ts'

/** The first half of `actions/cache`: nothing is saved after the job. */
export const cacheRestore = defineAction({
  uses: 'actions/cache/restore',
  inputs: { path: '', key: '', 'restore-keys': '', 'fail-on-cache-miss': 'false', 'lookup-only': 'false' },
  ignored: ['enableCrossOsArchive', 'enablecrossosarchive'],
  run: async call => {
    await restoreCache(call, askedCache(call))
  },
})

/** Sets the outputs; answers with the key that was found. */
export async function restoreCache(call: ActionCall, asked: AskedCache): Promise<string | undefined> {
  const { key, version } = asked
  const found = await find(call, version, [key, ...call.list('restore-keys')])
  call.setOutput('cache-primary-key', key)
  call.setOutput('cache-matched-key', found ?? '')
  call.setOutput('cache-hit', found === undefined ? '' : String(found === key))
  if (found === undefined) {
    if (call.isOn('fail-on-cache-miss')) throw new Error(`expected a cache for ${key}, got none`)
    call.log(`Cache not found for input keys: ${[key, ...call.list('restore-keys')].join(', ')}`)
  }
  return found
}

/** A cache that cannot be read is one that is not there: the job does without, as on GitHub. */
async function find(call: ActionCall, version: string, keys: readonly string[]): Promise<string | undefined> {
  try {
    const { cacheDir, sharedCaches } = call.machine
    const entry = (await sharedCaches?.provide(version, keys)) ?? (await findEntry(cacheDir, version, keys))
    return entry !== undefined && (await unpacked(call, entry)) ? entry.key : undefined
  } catch (error) {
    if (call.signal.aborted) throw error
    call.warning(`${error instanceof Error ? error.message : error}; going on without a cache`)
    return undefined
  }
}

async function unpacked(call: ActionCall, entry: CacheEntry): Promise<boolean> {
  const { cacheDir, now } = call.machine
  await markUsed(cacheDir, entry, now())
  if (call.isOn('lookup-only')) {
    call.log(`Cache found and can be restored from key: ${entry.key}`)
    return true
  }
  const code = await call.exec('tar', ['-xPf', archivePath(cacheDir, entry), '-C', call.workspace])
  if (code !== 0) {
    call.warning(`expected cache ${entry.key} to unpack, got exit code ${code} from tar; going on without it`)
    return false
  }
  call.log(`Cache restored from key: ${entry.key}`)
  return true
}
