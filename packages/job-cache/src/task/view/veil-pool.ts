import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Hidden } from './hidden.ts'
import { Veil } from './veil.ts'

/** The veils of a step. One that nobody touched is used again: there are as many as scripts run at a time, and no more. */
export class VeilPool {
  readonly #folder: string
  readonly #free = new Map<string, Veil[]>()
  #made = 0

  /** @param folder out of the sight of scripts */
  constructor(folder: string) {
    this.#folder = folder
  }

  take({ folder, withManifest }: Hidden): Veil {
    const free = this.#free.get(folder) ?? []
    for (let veil = free.pop(); veil !== undefined; veil = free.pop()) if (veil.isLike(folder)) return veil
    mkdirSync(this.#folder, { recursive: true })
    return new Veil(folder, join(this.#folder, `${this.#made++}`), { withManifest })
  }

  /** Of a script that has ended, when it was not touched. */
  giveBack(hidden: string, veil: Veil): void {
    const free = this.#free.get(hidden) ?? []
    this.#free.set(hidden, free)
    free.push(veil)
  }
}
