import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type PathPattern, readPattern } from '@gantry/workflow'

export interface FindOptions {
  /** Also files and folders whose name begins with a dot. */
  hidden?: boolean
  /** Into folders that links lead to, as if they lay there; one that leads back to where it is in is left out. */
  follow?: boolean
}

/**
 * Files that match glob patterns as `@actions/glob` reads them: later patterns add or, with `!`, take out again;
 * a pattern that names a folder means everything below it. Absolute paths, sorted.
 */
export function findFiles(root: string, patterns: readonly string[], options: FindOptions = {}): string[] {
  const rules = patterns
    .map(pattern => pattern.trim())
    .filter(pattern => pattern !== '' && !pattern.startsWith('#'))
    .map(pattern => readPattern(root, pattern))
  const found = new Set<string>()
  const search: Search = { rules, found, hidden: options.hidden ?? true, follow: options.follow ?? false }
  for (const { base } of rules.filter(({ isExcluding }) => !isExcluding)) visit(search, base, [])
  return [...found].sort()
}

/** The deepest folder of a pattern that has no wildcard in it: what it searches below. */
export function searchRoot(root: string, pattern: string): string {
  return readPattern(root, pattern).base
}

interface Search extends Required<FindOptions> {
  rules: readonly PathPattern[]
  found: Set<string>
}

/** @param above real names of the folders it is in, on the way it was come to */
function visit(search: Search, path: string, above: readonly string[]): void {
  const { rules, found } = search
  if (!search.hidden && basename(path).startsWith('.')) return
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return
  if (!stats.isDirectory()) {
    const isIn = rules.reduce((isSo, rule) => (rule.covers(path) ? !rule.isExcluding : isSo), false)
    if (isIn) found.add(path)
    return
  }
  const isWanted = rules.some(rule => !rule.isExcluding && (rule.mayMatchBelow(path) || rule.covers(path)))
  if (!isWanted) return
  const real = search.follow ? realpathSync(path) : path
  if (above.includes(real)) return
  for (const entry of entriesOf(path)) {
    const below = join(path, entry.name)
    if (!entry.isSymbolicLink() || search.follow || !isFolder(below)) visit(search, below, [...above, real])
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function entriesOf(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true })
  } catch {
    return []
  }
}
