import { isAbsolute, resolve, sep } from 'node:path'
import { compileWhole, literally, setSource } from './linear-pattern.ts'

/** A glob pattern of paths, read part by part: `**` is any number of parts, everything else is one. */
export interface PathPattern {
  isExcluding: boolean
  /** The deepest folder in it that has no wildcard: where a search begins. */
  base: string
  matches(path: string, isFolder: boolean): boolean
  /** Whether it matches this file, or a folder it lies in. */
  covers(file: string): boolean
  /** Whether something below this folder can match. */
  mayMatchBelow(folder: string): boolean
}

/** `x/` matches folders only; `x/**` also `x` itself. */
export function readPattern(root: string, pattern: string): PathPattern {
  const [, marks = '', path = ''] = /^((?:!\s*)*)(.*)$/s.exec(pattern.trim()) ?? []
  const absolute = isAbsolute(path) ? resolve(path) : resolve(root, path)
  const parts = partsOf(absolute)
  // The folder that a pattern is relative to is no pattern, whatever its name.
  const rootParts = partsOf(resolve(root))
  const ownFrom = parts.findIndex((part, i) => part !== rootParts[i])
  const isWild = (part: string, i: number): boolean => ownFrom >= 0 && i >= ownFrom && /[*?[\]\\]/.test(part)
  const tests = parts.map((part, i) => (isWild(part, i) ? partTest(part) : sameAs(part)))
  const firstWild = parts.findIndex(isWild)
  const isFoldersOnly = path.endsWith(sep) && absolute !== sep
  const end = (each: string): ReadonlySet<number> => placesAfter(tests, partsOf(each))
  return {
    isExcluding: (marks.replaceAll(/\s/g, '').length & 1) === 1,
    base: firstWild < 0 ? absolute : sep + parts.slice(0, firstWild).join(sep),
    matches: (each, isFolder) => end(each).has(tests.length) && (isFolder || !isFoldersOnly),
    covers: file => reachesEnd(tests, partsOf(file), isFoldersOnly),
    mayMatchBelow: folder => [...end(folder)].some(place => place < tests.length),
  }
}

function partsOf(path: string): string[] {
  return path.split(sep).filter(part => part !== '')
}

type PartTest = (part: string) => boolean
const sameAs =
  (part: string): PartTest =>
  each =>
    each === part
const anyParts: PartTest = () => true

/** Whether the pattern is at its end after some of these parts, or, unless it is one of folders, after all. */
function reachesEnd(tests: readonly PartTest[], parts: readonly string[], isFoldersOnly: boolean): boolean {
  let places = withoutParts(tests, [0])
  for (const [i, part] of parts.entries()) {
    if (i > 0 && places.has(tests.length)) return true
    places = after(tests, places, part)
  }
  return places.has(tests.length) && !isFoldersOnly
}

/** How far the pattern may have come after these parts. Every way is followed at once, so none is tried twice. */
function placesAfter(tests: readonly PartTest[], parts: readonly string[]): ReadonlySet<number> {
  return parts.reduce<ReadonlySet<number>>((places, part) => after(tests, places, part), withoutParts(tests, [0]))
}

function after(tests: readonly PartTest[], places: ReadonlySet<number>, part: string): Set<number> {
  const next: number[] = []
  for (const place of places) {
    const test = tests[place]
    if (test === anyParts) next.push(place)
    else if (test?.(part)) next.push(place + 1)
  }
  return withoutParts(tests, next)
}

/** `**` may stand for nothing. */
function withoutParts(tests: readonly PartTest[], places: readonly number[]): Set<number> {
  const all = new Set(places)
  for (const place of all) if (tests[place] === anyParts) all.add(place + 1)
  return all
}

/** One part of a path: `*`, `?` and sets of letters; a backslash takes the next letter as it is. */
function partTest(part: string): PartTest {
  if (part === '**') return anyParts
  const source = part.replace(
    /\\(.)|\[([!^]?)([^\]]+)\]|\*+|\?|[^\\[*?]+|[\\[]/gs,
    (found, escaped?: string, not?: string, set?: string) => {
      if (escaped !== undefined) return literally(escaped)
      if (set !== undefined) return setSource(`${not ? '^' : ''}${set}`)
      if (found.startsWith('*')) return '[^/]*'
      return found === '?' ? '[^/]' : literally(found)
    },
  )
  try {
    return compileWhole(source).test
  } catch {
    // What is no pattern, such as `[z-a]`, is a name.
    return sameAs(part)
  }
}
