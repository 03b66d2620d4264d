import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface SourceFile {
  /** Relative to the repository, with forward slashes. */
  path: string
  text: string
}

const leftOut = new Set([
  'node_modules',
  'dist',
  'coverage',
  'test-results',
  'playwright-report',
  '.git',
  '.gantry',
  '.vercel',
])

/** Files below the folders that `isWanted`, sorted by path. A folder that does not exist holds none. */
export async function sourceFiles(
  root: string,
  folders: readonly string[],
  isWanted: (path: string) => boolean,
): Promise<SourceFile[]> {
  const paths = (await Promise.all(folders.map(folder => pathsBelow(root, folder)))).flat()
  const wanted = [...new Set(paths)].filter(isWanted).toSorted()
  return Promise.all(wanted.map(async path => ({ path, text: await readFile(join(root, path), 'utf8') })))
}

async function pathsBelow(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => [])
  const found = entries
    .filter(({ name }) => !leftOut.has(name))
    .map(async entry => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory()) return pathsBelow(root, path)
      return entry.isFile() ? [path] : []
    })
  return (await Promise.all(found)).flat()
}
