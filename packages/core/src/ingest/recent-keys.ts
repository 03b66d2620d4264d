/** The last keys that were met, in two halves: the older one is forgotten whole. */
export class RecentKeys {
  readonly #most: number
  #new = new Set<string>()
  #old = new Set<string>()

  constructor(most: number) {
    this.#most = most
  }

  has(key: string): boolean {
    return this.#new.has(key) || this.#old.has(key)
  }

  add(key: string): void {
    if (this.#new.size >= this.#most / 2) [this.#old, this.#new] = [this.#new, new Set()]
    this.#new.add(key)
  }
}
