import type { LogLine } from '@gantry/core'
import type { Masker } from './masker.ts'
import { cutHere, StepShare } from './step-share.ts'

const BATCH_MS = 100
const BATCH_LINES = 1_000
/** What may wait to be stored before no more is read; a stop waits for no more than this either. */
const MAX_WAITING_CHARS = 1_048_576

/** Collects a job's lines, masks them and hands them on in batches, in order. */
export class JobLog {
  readonly #masker: Masker
  readonly #now: () => Date
  readonly #emit: (lines: LogLine[]) => void | Promise<void>
  readonly #shares = new Map<number, StepShare>()
  #lines: LogLine[] = []
  #chars = 0
  #timer: NodeJS.Timeout | undefined
  #seq = 0
  #waitingChars = 0
  #stored: Promise<void> = Promise.resolve()

  /** @param emit answers when the lines are stored, or nothing when that is at once */
  constructor(
    masker: Masker,
    now: () => Date,
    { emit, linesBefore = 0 }: { emit: (lines: LogLine[]) => void | Promise<void>; linesBefore?: number },
  ) {
    this.#masker = masker
    this.#now = now
    this.#emit = emit
    this.#seq = linesBefore
  }

  write(step: number, text: string): void {
    const taken = this.#shareOf(step).take(text)
    if (taken === 'kept') this.#add(step, text)
    else if (taken === 'cut') this.#add(step, cutHere())
  }

  /** Whether no more of what a step prints is kept, but for its end. */
  isCut(step: number): boolean {
    return this.#shares.get(step)?.isFull ?? false
  }

  /** Resolves when there is room for more; nothing while there is. */
  room(): Promise<void> | undefined {
    return this.#waitingChars < MAX_WAITING_CHARS ? undefined : this.#stored
  }

  /** The step is over: the last of what was held follows. */
  endStep(step: number): void {
    for (const text of this.#shares.get(step)?.end() ?? []) this.#add(step, text)
  }

  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#lines.length === 0) return
    const [lines, chars] = [this.#lines, this.#chars]
    this.#lines = []
    this.#chars = 0
    const stored = this.#emit(lines)
    // A listener that only looks on may answer with anything, as `stream.write` does.
    if (!(stored instanceof Promise)) return
    this.#waitingChars += chars
    this.#stored = stored.finally(() => {
      this.#waitingChars -= chars
    })
  }

  /** The job is over. */
  end(): void {
    for (const step of this.#shares.keys()) this.endStep(step)
    this.flush()
  }

  #shareOf(step: number): StepShare {
    const share = this.#shares.get(step) ?? new StepShare()
    this.#shares.set(step, share)
    return share
  }

  #add(step: number, text: string): void {
    this.#seq += 1
    // PostgreSQL text and JSON readers stumble over NUL.
    const shown = this.#masker.mask(text).replaceAll('\0', '␀')
    this.#lines.push({ seq: this.#seq, step, at: this.#now().toISOString(), text: shown })
    this.#chars += shown.length
    if (this.#lines.length >= BATCH_LINES || this.#chars >= MAX_WAITING_CHARS) this.flush()
    else this.#timer ??= setTimeout(() => this.flush(), BATCH_MS)
  }
}
