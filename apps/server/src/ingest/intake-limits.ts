import { type DropReason, type FoundKey, GantryError, type IntakeItem } from '@gantry/core'
import { createRateWindow } from './rate-window.ts'
import type { UsualRates } from './usual-rates.ts'

/** How much each key may send: what its owner allowed, else no more than many times of what it usually does. */
export class IntakeLimits {
  readonly #window = createRateWindow()
  readonly #usual: Pick<UsualRates, 'spikeOf'>

  constructor(usual: Pick<UsualRates, 'spikeOf'>) {
    this.#usual = usual
  }

  /** Turns a key away that goes on far beyond its limit, before its body is read. @throws GantryError */
  refuseFlood(key: FoundKey, nowMs: number): void {
    const seconds = this.#window.flooded(key.id, this.#limitOf(key, nowMs), nowMs)
    if (seconds !== null) throw refusal(key, seconds, null)
  }

  /**
   * Puts in place of items that are too many of their category what became of them, and counts the others. The request that
   * crosses a limit is taken whole.
   * @throws GantryError when there is nothing else in it
   */
  within(items: IntakeItem[], key: FoundKey, nowMs: number): IntakeItem[] {
    const limit = this.#limitOf(key, nowMs)
    // Thousands of lines come in one request, nearly all of one category.
    const sent = new Map<string, number>()
    for (const item of items)
      if (isCounted(item)) sent.set(item.category, (sent.get(item.category) ?? 0) + (item.quantity ?? 1))
    const spent = new Map<string, number>()
    for (const category of sent.keys()) {
      const seconds = this.#window.spentFor(key.id, category, limit, nowMs)
      if (seconds !== null) spent.set(category, seconds)
    }
    for (const [category, quantity] of sent)
      this.#window.add(key.id, spent.has(category) ? refused : category, quantity, nowMs)
    const [seconds] = spent.values()
    if (seconds === undefined) return items
    if (items.every(item => isCounted(item) && spent.has(item.category))) throw refusal(key, seconds, [...spent.keys()])
    const reason = reasonOf(key)
    return items.map(item =>
      isCounted(item) && spent.has(item.category)
        ? { sink: null, category: item.category, quantity: item.quantity ?? 1, reason }
        : item,
    )
  }

  #limitOf(key: FoundKey, nowMs: number): number | null {
    return key.perMinute ?? this.#usual.spikeOf(key, nowMs)
  }
}

/** Counted apart: it tells how far a key goes on beyond its limits. */
const refused = 'refused'

/** What clients report of their own discards is wanted at all times: it says what else is missing. */
const isCounted = (item: IntakeItem): item is Exclude<IntakeItem, { sink: 'client-reports' }> =>
  item.sink !== 'client-reports'

const reasonOf = ({ perMinute }: FoundKey): DropReason => (perMinute === null ? 'spike' : 'rate-limited')

const refusal = (key: FoundKey, retryAfterSeconds: number, categories: string[] | null): GantryError =>
  key.perMinute === null
    ? new GantryError('INGEST_SPIKE', 'far more came with this key than usually does', {
        retryAfterSeconds,
        categories,
      })
    : new GantryError(
        'INGEST_RATE_LIMITED',
        `expected at most ${key.perMinute} items of a kind in a minute with this key`,
        {
          retryAfterSeconds,
          categories,
        },
      )
