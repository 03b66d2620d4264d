import type { FoundKey, IntakeCountStore } from '@gantry/core'

/** What a key may send in a minute beyond what it usually does, before it is taken for a fault of its client. */
const timesUsual = 10
/** No less than that, however little is usual. */
const leastPerMinute = 10_000
const hourMs = 3_600_000
const freshMs = 5 * 60_000
const hoursSeen = 24

/**
 * How much each key usually sends: so that one noisy bundle fills neither the queue nor the disk of all others. A key
 * that is younger than an hour has no usual.
 */
export class UsualRates {
  readonly #counts: Pick<IntakeCountStore, 'since'>
  readonly #onError: (cause: unknown) => void
  readonly #known = new Map<string, { askedAtMs: number; taken: ReadonlyMap<string, number> | null }>()

  constructor(counts: Pick<IntakeCountStore, 'since'>, onError: (cause: unknown) => void) {
    this.#counts = counts
    this.#onError = onError
  }

  /** Items a minute from which it is a spike; null: not known. Never waits: what is asked now is known the next time. */
  spikeOf({ id, project, createdAt }: FoundKey, nowMs: number): number | null {
    const known = this.#known.get(project)
    if (!known || nowMs - known.askedAtMs > freshMs) this.#ask(project, nowMs)
    const ageMs = nowMs - Date.parse(createdAt)
    if (!known?.taken || !(ageMs > hourMs)) return null
    const minutes = Math.min(hoursSeen * hourMs, ageMs) / 60_000
    return Math.max(leastPerMinute, Math.ceil(((known.taken.get(id) ?? 0) / minutes) * timesUsual))
  }

  #ask(project: string, nowMs: number): void {
    const former = this.#known.get(project)?.taken ?? null
    this.#known.set(project, { askedAtMs: nowMs, taken: former })
    const from = new Date(Math.floor(nowMs / hourMs) * hourMs - hoursSeen * hourMs).toISOString()
    this.#counts.since(project, from).then(counts => {
      const taken = new Map<string, number>()
      for (const { keyId, outcome, quantity } of counts)
        if (outcome === 'taken') taken.set(keyId, (taken.get(keyId) ?? 0) + quantity)
      this.#known.set(project, { askedAtMs: nowMs, taken })
    }, this.#onError)
  }
}
