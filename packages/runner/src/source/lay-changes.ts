import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Contents } from './contents-of.ts'
import { copyFiles } from './copy-files.ts'

/**
 * Brings working copies of a repository up to date: files that differ between `was` and `is` are as they are in `top`;
 * everything else, such as what a build put there, stays. Answers with the names of the files.
 */
export async function layChanges(
  top: string,
  copies: readonly string[],
  was: Contents['files'],
  is: Contents['files'],
): Promise<string[]> {
  const changed = [...is].filter(([name, id]) => was.get(name) !== id).map(([name]) => name)
  const gone = [...was.keys()].filter(name => !is.has(name))
  for (const copy of copies) {
    for (const name of [...changed, ...gone]) await rm(join(copy, name), { recursive: true, force: true })
    await copyFiles(top, copy, changed)
  }
  return [...changed, ...gone].sort()
}
