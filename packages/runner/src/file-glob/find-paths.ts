import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type PathPattern, readPattern } from '@gantry/workflow'

/**
 * What patterns themselves match, files and folders, as `@actions/glob` does without implicit descendants: a later
 * pattern adds or, with `!`, takes out again. Below a folder that is matched nothing more is listed: it comes whole.
 * Absolute paths, in the order of the walk. Links are followed; a folder they lead to again is looked into once.
 */
export function findPaths(root: string, patterns: readonly string[]): string[] {
  const rules = patterns.map(pattern => readPattern(root, pattern))
  const bases = new Set(rules.filter(({ isExcluding }) => !isExcluding).map(({ base }) => base))
  const walk: Walk = { rules, found: [], seen: new Set(), links: [] }
  for (const base of bases) visit(walk, base)
  for (let link = walk.links.shift(); link !== undefined; link = walk.links.shift()) visit(walk, link)
  return withoutNested(walk.found)
}

/** What lies below another path comes with it. */
function withoutNested(paths: readonly string[]): string[] {
  const all = new Set(paths)
  const isNested = (path: string): boolean =>
    path !== dirname(path) && (all.has(dirname(path)) || isNested(dirname(path)))
  return [...all].filter(path => !isNested(path))
}

interface Walk {
  rules: readonly PathPattern[]
  found: string[]
  /** Real folders that were looked into. */
  seen: Set<string>
  /** Links to folders, left until every folder that is one was visited under its own name. */
  links: string[]
}

function visit(walk: Walk, path: string): void {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return
  const isFolder = stats.isDirectory()
  if (isIncluded(walk.rules, path, isFolder)) {
    walk.found.push(path)
    return
  }
  if (!isFolder || !walk.rules.some(rule => !rule.isExcluding && rule.mayMatchBelow(path))) return
  const real = realpathSync(path)
  if (walk.seen.has(real)) return
  walk.seen.add(real)
  for (const entry of entriesOf(path)) {
    const below = join(path, entry.name)
    if (!entry.isSymbolicLink()) visit(walk, below)
    else if (statSync(below, { throwIfNoEntry: false })?.isDirectory()) walk.links.push(below)
    else visit(walk, below)
  }
}

function isIncluded(rules: readonly PathPattern[], path: string, isFolder: boolean): boolean {
  return rules.reduce((isSo, rule) => (rule.matches(path, isFolder) ? !rule.isExcluding : isSo), false)
}

/** A folder nobody may read, or that is gone meanwhile, has nothing in it. */
function entriesOf(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true })
  } catch {
    return []
  }
}
