import type { IngestKeyStore, IntakeCount, IntakeCountStore, ItemOutcome } from '@gantry/core'

export interface IntakeCounterParts {
  counts: Pick<IntakeCountStore, 'add'>
  keys: Pick<IngestKeyStore, 'used'>
  now(): Date
  onError(cause: unknown): void
}

/** Whose things were counted; `keyId` is empty where there is none. */
export interface Counted {
  project: string
  protocol: string
  keyId: string
}

const afterMs = 1_000
const hourMs = 3_600_000

/**
 * Adds up what became of everything that came in, and writes it a second after the first of it: a write for each request would cost more than
 * the request. A process that is killed loses the counts of its last second, and nothing else.
 */
export class IntakeCounter {
  readonly #parts: IntakeCounterParts
  #timer: NodeJS.Timeout | null = null
  #counts = new Map<string, IntakeCount>()
  #used = new Map<string, string>()
  #writing: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(parts: IntakeCounterParts) {
    this.#parts = parts
  }

  add({ project, protocol, keyId }: Counted, outcomes: readonly ItemOutcome[]): void {
    const now = this.#parts.now()
    const hour = new Date(Math.floor(now.getTime() / hourMs) * hourMs).toISOString()
    for (const outcome of runsOf(outcomes)) this.#add({ project, protocol, keyId, hour, ...outcome })
    if (keyId !== '') this.#used.set(keyId, now.toISOString())
    this.#flushLater()
  }

  /** Writes what was counted so far; what cannot be written is kept for the next time. */
  flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#writing = this.#writing.then(async () => {
      const [counts, used] = [this.#counts, this.#used]
      this.#counts = new Map()
      this.#used = new Map()
      try {
        await this.#parts.counts.add([...counts.values()])
        counts.clear()
        await this.#parts.keys.used([...used].map(([id, at]) => ({ id, at })))
      } catch (cause) {
        for (const count of counts.values()) this.#add(count)
        for (const [id, at] of used) if (!this.#used.has(id)) this.#used.set(id, at)
        this.#parts.onError(cause)
        this.#flushLater()
      }
    })
    return this.#writing
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await this.flush()
  }

  #flushLater(): void {
    if (this.#timer === null && !this.#isStopped) this.#timer = setTimeout(() => void this.flush(), afterMs).unref()
  }

  #add(count: IntakeCount): void {
    const { project, protocol, keyId, category, outcome, reason, hour, quantity } = count
    const key = JSON.stringify([project, protocol, keyId, category, outcome, reason, hour])
    const known = this.#counts.get(key)
    this.#counts.set(key, { ...count, quantity: quantity + (known?.quantity ?? 0) })
  }
}

/** Neighbours that are the same as one: of the lines of a request nearly all are. */
function runsOf(outcomes: readonly ItemOutcome[]): ItemOutcome[] {
  const runs: ItemOutcome[] = []
  for (const { category, outcome, reason, quantity } of outcomes) {
    const last = runs.at(-1)
    if (last && last.category === category && last.outcome === outcome && last.reason === reason)
      last.quantity += quantity
    else runs.push({ category, outcome, reason, quantity })
  }
  return runs
}
