import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { askedNetwork } from './network.ts'
import { Veil } from './veil.ts'
import { quoted, type Viewer } from './viewer.ts'

export interface Hidden {
  /** By its real name. */
  folder: string
  /** What people know it by. */
  name: string
  withManifest: boolean
}

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
  readonly #veils: { name: string; veil: Veil }[]
  readonly #report: string

  /**
   * Writes the program that runs it.
   * @param program where that goes
   * @param folder of its own, out of the script's sight
   * @param root the folder of the job; nothing beside it is in sight
   */
  constructor(
    viewer: Viewer,
    hidden: readonly Hidden[],
    { program, folder, root, report }: { program: string; folder: string; root: string; report: string },
  ) {
    mkdirSync(folder, { recursive: true })
    this.#report = report
    rmSync(report, { force: true })
    const placed = hidden.map(({ folder: at, name, withManifest }, nth) => ({
      ...{ at, name },
      veil: new Veil(at, join(folder, `${nth}`), { withManifest }),
    }))
    this.#veils = placed
    const veils = placed.map(({ at, veil }) => ({ at, folder: veil.folder }))
    const words = viewer.words({ veils, emptied: { folder: join(root, '..'), but: root }, report })
    writeFileSync(program, `trap '' INT TERM HUP\nexec ${words.map(quoted).join(' ')} "$@"\n`)
  }

  /** When the script has ended. */
  looked(): Looked {
    const folders = this.#veils.filter(({ veil }) => veil.wasTouched()).map(({ name }) => name)
    const report = existsSync(this.#report) ? readFileSync(this.#report, 'utf8') : ''
    return {
      folders: [...new Set(folders)],
      network: askedNetwork(report),
      hasLeft: !/^left 0$/m.test(report),
      isKnown: report !== '',
    }
  }
}

/**
 * The folders of a repository to hide: itself, or, when something that is needed lies in it, those at its top in which
 * nothing does.
 */
export function hideAround(folder: string, needed: readonly string[]): Hidden[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return []
  const isNeeded = (path: string): boolean => needed.some(each => each === path || each.startsWith(path + sep))
  const hide = (path: string, name: string): Hidden => ({ folder: path, name, withManifest: false })
  if (!isNeeded(folder)) return [hide(folder, folder)]
  return readdirSync(folder)
    .map(name => join(folder, name))
    .filter(path => lstatSync(path).isDirectory() && !isNeeded(path))
    .map(path => hide(path, relative(folder, path)))
}
