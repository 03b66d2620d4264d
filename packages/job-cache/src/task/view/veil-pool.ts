import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Hidden } from './hidden.ts'
import { Veil } from './veil.ts'

/**
 * The veils of a run. One that nobody touched is used again, for the same folder in the checkout of any job: there are as many
 * as scripts run at a time, and no more.
 */
export class VeilPool {
  readonly #folder: string
  readonly #free = new Map<string, Veil[]>()
  #made = 0

  /** @param folder out of the sight of scripts; gone with the run */
  constructor(folder: string) {
    this.#folder = folder
  }

  take({ folder, name, withManifest }: Hidden): Veil {
    const free = this.#free.get(name) ?? []
    for (let veil = free.pop(); veil !== undefined; veil = free.pop()) if (veil.isLike(folder)) return veil
    if (this.#made === 0) mkdirSync(this.#folder, { recursive: true })
    return new Veil(folder, join(this.#folder, `${this.#made++}`), { withManifest })
  }

  /** Of a script that has ended, when it was not touched. */
  giveBack({ name }: Hidden, veil: Veil): void {
    const free = this.#free.get(name) ?? []
    this.#free.set(name, free)
    free.push(veil)
  }
}
