import { type Dirent, readdirSync, statSync } from 'node:fs'
import { isAbsolute, join, resolve, sep } from 'node:path'
import { compileWhole, literally, setSource } from '../glob/linear-pattern.ts'

/**
 * Files that match glob patterns as `@actions/glob` reads them: later patterns add or, with `!`, take out again;
 * a pattern that names a folder means everything below it. Absolute paths, sorted.
 */
export function findFiles(root: string, patterns: readonly string[], options: { hidden?: boolean } = {}): string[] {
  const rules = patterns
    .map(pattern => pattern.trim())
    .filter(pattern => pattern !== '' && !pattern.startsWith('#'))
    .map(pattern => toRule(root, pattern))
  const found = new Set<string>()
  for (const rule of rules) {
    if (rule.isExcluding) continue
    for (const file of filesBelow(rule.base, options.hidden ?? true)) {
      const isIn = rules.reduce((isSo, { isExcluding, matches }) => (matches(file) ? !isExcluding : isSo), false)
      if (isIn) found.add(file)
    }
  }
  return [...found].sort()
}

/** The deepest folder of a pattern that has no wildcard in it: what it searches below. */
export function searchRoot(root: string, pattern: string): string {
  return toRule(root, pattern).base
}

interface Rule {
  isExcluding: boolean
  base: string
  matches(path: string): boolean
}

function toRule(root: string, pattern: string): Rule {
  const isExcluding = pattern.startsWith('!')
  const path = isExcluding ? pattern.slice(1) : pattern
  const absolute = isAbsolute(path) ? resolve(path) : resolve(root, path)
  const parts = absolute.split(sep)
  // Where the root lies is nobody's pattern, whatever its folders are called.
  const rootParts = resolve(root).split(sep)
  const differs = parts.findIndex((part, i) => part !== rootParts[i])
  const named = differs < 0 ? parts.length : differs
  const firstWild = parts.findIndex((part, i) => i >= named && /[*?[\]]/.test(part))
  const base = firstWild < 0 ? absolute : parts.slice(0, firstWild).join(sep) || sep
  return { isExcluding, base, matches: matcherOf(parts, named) }
}

/** What is no pattern, such as `[z-a]`, is a name. */
function matcherOf(parts: readonly string[], named: number): (path: string) => boolean {
  try {
    const sources = parts.map((part, i) => (i < named ? `/${literally(part)}` : partSource(part)))
    return compileWhole(`${sources.join('').slice(1)}(?:/.*)?`).test
  } catch {
    const path = parts.join(sep)
    return file => file === path || file.startsWith(`${path}${sep}`)
  }
}

/** One part of a path with the slash before it; `**` stands for any number of parts. */
function partSource(part: string): string {
  if (part === '**') return '(?:/[^/]+)*'
  const source = part.replace(/\[([^\]]+)\]|[*?]|[^*?[]+|\[/g, (text, set: string | undefined) => {
    if (set !== undefined) return setSource(set.replace(/^!/, '^'))
    if (text === '*') return '[^/]*'
    return text === '?' ? '[^/]' : literally(text)
  })
  return `/${source}`
}

function* filesBelow(path: string, withHidden: boolean): Generator<string> {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return
  if (!stats.isDirectory()) {
    yield path
    return
  }
  for (const entry of entriesOf(path)) {
    if (!withHidden && entry.name.startsWith('.')) continue
    const below = join(path, entry.name)
    if (entry.isDirectory()) yield* filesBelow(below, withHidden)
    else if (entry.isFile() || statSync(below, { throwIfNoEntry: false })?.isFile()) yield below
  }
}

function entriesOf(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true })
  } catch {
    return []
  }
}
