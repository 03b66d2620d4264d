import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import { findFiles } from '../../file-glob/find-files.ts'
import { type ActionCall, defineAction } from '../define-action.ts'
import { type AskedCache, askedCache } from './asked-cache.ts'
import { evict, usualCacheBytes } from './evict.ts'
import { addEntry, findEntry, stagingPath } from './store.ts'

/** The second half of `actions/cache`, at the place of the step instead of after the job. */
export const cacheSave = defineAction({
  uses: 'actions/cache/save',
  inputs: { path: '', key: '' },
  ignored: ['upload-chunk-size', 'enableCrossOsArchive', 'enablecrossosarchive'],
  run: call => saveCache(call, askedCache(call)),
})

/** What cannot be saved is a warning, never a failure: the work of the job is done. */
export async function saveCache(call: ActionCall, { key, paths, version }: AskedCache): Promise<void> {
  const { cacheDir, cacheBytes = usualCacheBytes, now } = call.machine
  if ((await findEntry(cacheDir, version, [key]))?.key === key) return call.log(alreadyThere(key))
  const present = presentPaths(call.workspace, paths)
  if (present.length === 0) {
    return call.warning(`expected files at ${call.list('path').join(', ')}, got none; nothing is cached`)
  }
  const staging = await stagingPath(cacheDir)
  try {
    const code = await call.exec('tar', ['-cPf', staging, '-C', call.workspace, '--', ...present])
    if (code !== 0) {
      return call.warning(
        `expected ${present.join(', ')} to be packed, got exit code ${code} from tar; nothing is cached`,
      )
    }
    const added = await addEntry(cacheDir, { key, version, staging, now: now() })
    call.log(added === 'added' ? `Cache saved with key: ${key}` : alreadyThere(key))
  } finally {
    await rm(staging, { force: true })
  }
  const dropped = await evict(cacheDir, cacheBytes, now())
  if (dropped.length > 0) call.log(`Removed to stay within the limits: ${dropped.map(entry => entry.key).join(', ')}`)
}

function alreadyThere(key: string): string {
  return `Cache ${key} exists already and is left as it is; a key is written once`
}

/** Patterns become the files that match them, plain paths stay as they are, with folders whole. */
function presentPaths(workspace: string, paths: string[]): string[] {
  if (paths.some(path => path.startsWith('!'))) {
    return findFiles(workspace, paths).map(file => relative(workspace, file))
  }
  return paths
    .flatMap(path =>
      /[*?[]/.test(path) ? findFiles(workspace, [path]).map(file => relative(workspace, file)) : [path],
    )
    .filter(path => existsSync(resolve(workspace, path)))
}
