interface RememberedParts<T> {
  /** As many, those that were asked for last. */
  most: number
  ask(key: string): Promise<T>
  /** Left out: an answer holds for good. */
  holds?: { now(): Date; forMs(answer: T): number }
}

/** Answers that were asked for last; a failure is not kept. Who asks at once asks once. */
export class Remembered<T> {
  readonly #known = new Map<string, { answer: Promise<T>; untilMs: number }>()
  readonly #parts: RememberedParts<T>

  constructor(parts: RememberedParts<T>) {
    this.#parts = parts
  }

  get(key: string): Promise<T> {
    const { most, ask, holds } = this.#parts
    const nowMs = holds?.now().getTime() ?? 0
    const known = this.#known.get(key)
    this.#known.delete(key)
    const one = known && known.untilMs > nowMs ? known : { answer: ask(key), untilMs: Number.POSITIVE_INFINITY }
    this.#known.set(key, one)
    if (one !== known)
      one.answer.then(
        answer => {
          if (holds) one.untilMs = nowMs + holds.forMs(answer)
        },
        () => {
          if (this.#known.get(key) === one) this.#known.delete(key)
        },
      )
    for (const oldest of this.#known.keys()) if (this.#known.size > most) this.#known.delete(oldest)
    return one.answer
  }

  forget(): void {
    this.#known.clear()
  }
}
