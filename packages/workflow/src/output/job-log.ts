import type { LogLine } from '@gantry/core'
import type { Masker } from './masker.ts'

const BATCH_MS = 100
const BATCH_LINES = 1_000

/** Collects a job's lines, masks them and hands them on in batches, in order. */
export class JobLog {
  readonly #masker: Masker
  readonly #now: () => Date
  readonly #emit: (lines: LogLine[]) => void
  #lines: LogLine[] = []
  #timer: NodeJS.Timeout | undefined
  #seq = 0

  constructor(masker: Masker, now: () => Date, emit: (lines: LogLine[]) => void) {
    this.#masker = masker
    this.#now = now
    this.#emit = emit
  }

  write(step: number, text: string): void {
    this.#seq += 1
    // PostgreSQL text and JSON readers stumble over NUL.
    this.#lines.push({
      seq: this.#seq,
      step,
      at: this.#now().toISOString(),
      text: this.#masker.mask(text).replaceAll('\0', '␀'),
    })
    if (this.#lines.length >= BATCH_LINES) this.flush()
    else this.#timer ??= setTimeout(() => this.flush(), BATCH_MS)
  }

  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#lines.length === 0) return
    const lines = this.#lines
    this.#lines = []
    this.#emit(lines)
  }
}
