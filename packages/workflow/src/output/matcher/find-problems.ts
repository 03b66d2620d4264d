import { type Context, createContext, Script } from 'node:vm'
import { type FoundParts, ProblemFollower } from './follow-problem.ts'
import type { ProblemMatcher } from './problem-matcher.ts'
import { isToolkitMatcher } from './toolkit-matchers.ts'

/** GitHub's limit for one line; a regular expression can take for ever. */
const MAX_LINE_MS = 1_000
/** Output of this length is data, not a message. */
const MAX_LINE_CHARS = 65_536

export interface Problem extends FoundParts {
  level: 'failure' | 'warning' | 'notice'
  message: string
}

/** Looks for problems in the lines of one step, with the matchers its job has at the time. */
export class ProblemFinder {
  readonly #matchers: () => readonly ProblemMatcher[]
  readonly #onGiveUp: (matcher: ProblemMatcher) => void
  readonly #guard = createGuard()
  #known: readonly ProblemMatcher[] = []
  #followers: ProblemFollower[] = []
  #busy: ProblemFollower | undefined

  constructor(matchers: () => readonly ProblemMatcher[], onGiveUp: (matcher: ProblemMatcher) => void) {
    this.#matchers = matchers
    this.#onGiveUp = onGiveUp
  }

  find(line: string): Problem | undefined {
    this.#refresh()
    if (this.#followers.length === 0 || line.length > MAX_LINE_CHARS) return undefined
    if (this.#known.every(isToolkitMatcher)) return this.#search(line)
    try {
      return this.#guard(() => this.#search(line))
    } catch (error) {
      if (!isTimeout(error) || this.#busy === undefined) throw error
      this.#onGiveUp(this.#busy.matcher)
      return undefined
    }
  }

  #search(line: string): Problem | undefined {
    for (const follower of this.#followers) {
      this.#busy = follower
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

/** Nothing without a message, or with a severity GitHub does not know, such as `info`. */
function asProblem(found: FoundParts, usual: string): Problem | undefined {
  const level = levels[(found.severity || usual || 'error').toLowerCase()]
  const message = found.message ?? ''
  return level === undefined || message.trim() === '' ? undefined : { ...found, level, message }
}

const levels: Record<string, Problem['level']> = { error: 'failure', warning: 'warning', notice: 'notice' }

/** Runs a function that is stopped when it takes too long, which JavaScript has no other means for. */
function createGuard(): <T>(task: () => T) => T {
  const sandbox: { task?: () => unknown } = {}
  const script = new Script('task()')
  let context: Context | undefined
  return task => {
    sandbox.task = task
    context ??= createContext(sandbox)
    return script.runInContext(context, { timeout: MAX_LINE_MS })
  }
}

/** Made in the other context, it is no `Error` of this one. */
function isTimeout(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
}
