import { type ProblemMatcher, type ProblemPart, type ProblemPattern, problemParts } from './problem-matcher.ts'

/** What the groups of the patterns held. */
export type FoundParts = Partial<Record<ProblemPart, string>>

/** One matcher on its way through the lines of a step; remembers the lines before, for patterns of several. */
export class ProblemFollower {
  readonly matcher: ProblemMatcher
  /** What the patterns but the last have found so far. */
  #begun: (FoundParts | undefined)[] = []

  constructor(matcher: ProblemMatcher) {
    this.matcher = matcher
  }

  reset(): void {
    this.#begun = []
  }

  /** The problem that this line completes. */
  next(line: string): FoundParts | undefined {
    const { patterns } = this.matcher
    // Backwards, so that a line is the next of what has begun before it can begin something itself.
    for (let i = patterns.length - 1; i >= 0; i -= 1) {
      const pattern = patterns[i]
      const before = i === 0 ? {} : this.#begun[i - 1]
      if (pattern === undefined || before === undefined) continue
      const isLast = i === patterns.length - 1
      const found = partsOf(pattern, line, before)
      if (!isLast) this.#begun[i] = found
      else if (found === undefined) this.#begun[i - 1] = undefined
      else {
        this.reset()
        if (pattern.loop) this.#begun[i - 1] = before
        return found
      }
    }
    return undefined
  }
}

/** What earlier lines found stays. */
function partsOf(pattern: ProblemPattern, line: string, before: FoundParts): FoundParts | undefined {
  const groups = pattern.regexp.exec(line)
  if (groups === null) return undefined
  const found: FoundParts = { ...before }
  for (const part of problemParts) {
    const group = pattern[part]
    if (group !== undefined) found[part] ??= groups[group] ?? ''
  }
  return found
}
