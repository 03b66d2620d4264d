import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Hidden } from './hidden.ts'
import { askedNetwork } from './network.ts'
import type { Veil } from './veil.ts'
import type { VeilPool } from './veil-pool.ts'
import { quoted, type Viewer } from './viewer.ts'

/** What one script looked for that was not in its sight. */
export interface Looked {
  folders: string[]
  network: boolean
  /** It left a process behind. */
  hasLeft: boolean
  /** Not when its end was not seen, as when it was killed. */
  isKnown: boolean
}

/** One run of a script with less in sight. */
export class View {
  readonly #pool: VeilPool
  readonly #veils: { hidden: Hidden; veil: Veil }[]
  readonly #report: string

  /**
   * Writes the program that runs it.
   * @param program where that goes
   * @param root the folder of the job; nothing beside it is in sight
   */
  constructor(
    { viewer, pool }: { viewer: Viewer; pool: VeilPool },
    hidden: readonly Hidden[],
    { program, root, report }: { program: string; root: string; report: string },
  ) {
    this.#pool = pool
    this.#report = report
    rmSync(report, { force: true })
    this.#veils = hidden.map(each => ({ hidden: each, veil: pool.take(each) }))
    const veils = this.#veils.map(({ hidden: { folder: at }, veil }) => ({ at, folder: veil.folder }))
    const words = viewer.words({ veils, emptied: { folder: join(root, '..'), but: root }, report })
    writeFileSync(program, `trap '' INT TERM HUP\nexec ${words.map(quoted).join(' ')} "$@"\n`)
  }

  /** When the script has ended. */
  looked(): Looked {
    const folders: string[] = []
    for (const { hidden, veil } of this.#veils) {
      if (veil.wasTouched()) folders.push(hidden.name)
      else this.#pool.giveBack(hidden, veil)
    }
    const report = existsSync(this.#report) ? readFileSync(this.#report, 'utf8') : ''
    return {
      folders: [...new Set(folders)],
      network: askedNetwork(report),
      hasLeft: !/^left 0$/m.test(report),
      isKnown: report !== '',
    }
  }
}
