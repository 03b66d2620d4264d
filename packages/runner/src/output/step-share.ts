/** What is kept of a step's output: the first of it, then the last. */
const HEAD_CHARS = 8 * 1_048_576
const HEAD_LINES = 100_000
const TAIL_CHARS = 131_072
const TAIL_LINES = 1_000

/** Said where a log is cut. Put together then: figures in words load the tables of all languages. */
export const cutHere = (): string =>
  `##[warning]expected at most ${HEAD_LINES.toLocaleString('en')} lines and ${HEAD_CHARS >> 20} MB of output from a step, got more: the log is cut here, and the last lines follow when the step ends`

/**
 * How much of a step's output goes into the log. Beyond the share only the last lines are held, until the step ends:
 * that is where it says what went wrong.
 */
export class StepShare {
  #chars = 0
  #lines = 0
  #left = { lines: 0, chars: 0 }
  #tail: string[] = []
  #tailFrom = 0
  #tailChars = 0

  get isFull(): boolean {
    return this.#lines >= HEAD_LINES || this.#chars >= HEAD_CHARS
  }

  /** `kept`: it is part of the log as it comes. `cut`: the first that is not. What is not kept is held for the end. */
  take(text: string): 'kept' | 'cut' | 'held' {
    if (!this.isFull) {
      this.#lines += 1
      this.#chars += text.length
      return 'kept'
    }
    const isFirst = this.#tail.length === 0 && this.#left.lines === 0
    this.#hold(text.length > TAIL_CHARS ? text.slice(-TAIL_CHARS) : text)
    return isFirst ? 'cut' : 'held'
  }

  /** The last lines, with what is missing before them. */
  end(): string[] {
    const held = this.#tail.slice(this.#tailFrom)
    const { lines, chars } = this.#left
    this.#tail = []
    this.#tailFrom = 0
    this.#tailChars = 0
    this.#left = { lines: 0, chars: 0 }
    if (lines === 0) return held
    const missing = `${lines.toLocaleString('en')} lines, ${Math.max(1, Math.round(chars / 1_048_576)).toLocaleString('en')} MB`
    return [`##[warning]${missing} of the step's output are left out; these are its last lines`, ...held]
  }

  #hold(text: string): void {
    this.#tail.push(text)
    this.#tailChars += text.length
    while (this.#tail.length - this.#tailFrom > TAIL_LINES || this.#tailChars > TAIL_CHARS) {
      const gone = this.#tail[this.#tailFrom] ?? ''
      this.#tailFrom += 1
      this.#tailChars -= gone.length
      this.#left.lines += 1
      this.#left.chars += gone.length
    }
    if (this.#tailFrom < TAIL_LINES) return
    this.#tail = this.#tail.slice(this.#tailFrom)
    this.#tailFrom = 0
  }
}
