import { type FoundParts, ProblemFollower } from './follow-problem.ts'
import type { ProblemMatcher } from './problem-matcher.ts'

/** Output of this length is data, not a message. */
const MAX_LINE_CHARS = 65_536
/** All matchers together, in one step. Real ones take some milliseconds; the server has other things to do than this. */
const MAX_SPENT_MS = 3_000

export interface Problem extends FoundParts {
  level: 'failure' | 'warning' | 'notice'
  message: string
}

/** Looks for problems in the lines of one step, with the matchers its job has at the time. */
export class ProblemFinder {
  readonly #matchers: () => readonly ProblemMatcher[]
  #known: readonly ProblemMatcher[] = []
  #followers: ProblemFollower[] = []
  readonly #clockMs: () => number
  #spentMs = 0

  constructor(matchers: () => readonly ProblemMatcher[], clockMs: () => number = () => performance.now()) {
    this.#matchers = matchers
    this.#clockMs = clockMs
  }

  /** Patterns that take too long are given up for the rest of the step, which is a problem of its own. */
  find(line: string): Problem | undefined {
    if (this.#spentMs > MAX_SPENT_MS) return undefined
    const begunMs = this.#clockMs()
    const problem = this.#search(line)
    this.#spentMs += this.#clockMs() - begunMs
    return this.#spentMs > MAX_SPENT_MS ? tooSlow : problem
  }

  #search(line: string): Problem | undefined {
    this.#refresh()
    if (this.#followers.length === 0 || line.length > MAX_LINE_CHARS) return undefined
    for (const follower of this.#followers) {
      const found = follower.next(line)
      if (found === undefined) continue
      for (const other of this.#followers) if (other !== follower) other.reset()
      const problem = asProblem(found, follower.matcher.severity)
      if (problem !== undefined) return problem
    }
    return undefined
  }

  /** Steps may add and remove matchers while they run; the others stay where they are. */
  #refresh(): void {
    const now = this.#matchers()
    if (now === this.#known) return
    this.#known = now
    const before = this.#followers
    this.#followers = now.map(
      matcher => before.find(follower => follower.matcher === matcher) ?? new ProblemFollower(matcher),
    )
  }
}

const tooSlow: Problem = {
  level: 'warning',
  message: `problem matchers took more than ${MAX_SPENT_MS / 1_000} s in this step and are not asked any more`,
}

/** Nothing without a message, or with a severity GitHub does not know, such as `info`. */
function asProblem(found: FoundParts, usual: string): Problem | undefined {
  const level = levels[(found.severity || usual || 'error').toLowerCase()]
  const message = found.message ?? ''
  return level === undefined || message.trim() === '' ? undefined : { ...found, level, message }
}

const levels: Record<string, Problem['level']> = { error: 'failure', warning: 'warning', notice: 'notice' }
