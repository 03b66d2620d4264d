import { posix } from 'node:path'
import { pathOf } from './find-built-file.ts'

/** Of a service in the repository: its own folder, and that of what is built of it. */
export interface ServiceFolders {
  root: string
  built: string
}

/** Plugins of bundlers upload each file under its id, which says nothing of where it lies: `~/7bc2fc10-…-0.js`. */
const isIdOnly = (path: string): boolean => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}-\d+\.[cm]?js$/.test(path)

/**
 * Where a built file lies in the repository, which its sources are named from: as it was uploaded, else as it is served. Of the path it
 * is served under, folders that only the host knows (`/shop/assets/a.js`) are left out: no file lies deeper below the folder of
 * its service than its sources lead up.
 * @param url what the bundle calls it
 * @param file what the frame calls it
 */
export function placeOfUploaded(
  { url, file, sources }: { url: string; file: string; sources: readonly (string | null)[] },
  { root, built }: ServiceFolders,
): string {
  const uploaded = pathOf(url)
  if (!isIdOnly(uploaded)) return posix.join(built, uploaded)
  const folders = pathOf(file).split(/[\\/]/).slice(0, -1)
  const up =
    Math.min(...sources.map(source => /^(?:\.\.\/)+/.exec(source ?? '')?.[0].length ?? Number.POSITIVE_INFINITY)) / 3
  const below = posix
    .relative(root, built)
    .split('/')
    .filter(part => part !== '').length
  const surplus = Math.max(0, folders.length + below - up)
  return posix.join(built, ...folders.slice(surplus), posix.basename(uploaded))
}
