/** Answers that were asked for last, for some time; a failure is not kept. Who asks at once asks once. */
export class Remembered<T> {
  readonly #known = new Map<string, { answer: Promise<T>; untilMs: number }>()
  readonly #parts: { most: number; now(): Date; ask(key: string): Promise<T>; forMs(answer: T): number }

  constructor(parts: { most: number; now(): Date; ask(key: string): Promise<T>; forMs(answer: T): number }) {
    this.#parts = parts
  }

  get(key: string): Promise<T> {
    const { most, now, ask, forMs } = this.#parts
    const nowMs = now().getTime()
    const known = this.#known.get(key)
    this.#known.delete(key)
    const one = known && known.untilMs > nowMs ? known : { answer: ask(key), untilMs: Number.POSITIVE_INFINITY }
    this.#known.set(key, one)
    if (one !== known)
      one.answer.then(
        answer => {
          one.untilMs = nowMs + forMs(answer)
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
