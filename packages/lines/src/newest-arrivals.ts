const slotMs = 1_000
/** Whoever follows asks every few seconds. */
const remembered = 180

/**
 * When the earliest of the lines is that came in within each of the last seconds. Who follows lines asks for those that came since: without
 * this all of the last minutes would be read for it, which under load are millions.
 */
export class NewestArrivals {
  readonly #earliest = new Map<number, string>()
  readonly #coming = new Set<{ earliest: string | null }>()
  readonly #sinceMs: number

  /** `nowMs`: nothing is known of what came before. */
  constructor(nowMs: number) {
    this.#sinceMs = nowMs
  }

  /**
   * Lines that are about to be written. What it answers is called when they are, or some of them may be, with when that was at the latest,
   * by the clock of whoever writes them. Until then they may have come at any time.
   */
  coming(lines: readonly { at: string }[]): (arrivedMs: number) => void {
    let earliest: string | null = null
    // As texts they sort to the second: one has milliseconds, another has none.
    for (const { at } of lines) if (earliest === null || at < earliest) earliest = at
    const waiting = { earliest }
    this.#coming.add(waiting)
    return arrivedMs => {
      this.#coming.delete(waiting)
      if (earliest !== null) this.#note(earliest, arrivedMs)
    }
  }

  #note(at: string, arrivedMs: number): void {
    const slot = Math.floor(arrivedMs / slotMs)
    const known = this.#earliest.get(slot)
    if (known === undefined || at < known) this.#earliest.set(slot, at)
    for (const old of this.#earliest.keys()) if (old <= slot - remembered) this.#earliest.delete(old)
  }

  /** No line that came in behind `sinceMs` is earlier than that. Null: none came. Undefined: that is not known any more. */
  since(sinceMs: number, nowMs: number): number | null | undefined {
    if (Number.isNaN(sinceMs) || sinceMs < this.#sinceMs || sinceMs < nowMs - (remembered - 1) * slotMs)
      return undefined
    let earliest: string | null = null
    for (const { earliest: at } of this.#coming) if (at !== null && (earliest === null || at < earliest)) earliest = at
    for (const [slot, at] of this.#earliest)
      if ((slot + 1) * slotMs > sinceMs && (earliest === null || at < earliest)) earliest = at
    return earliest === null ? null : Math.floor(Date.parse(earliest) / slotMs) * slotMs
  }
}
