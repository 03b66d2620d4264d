import { copyFileSync, lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Listing } from './tree.ts'

/** The files of a package as they were before a script ran in it that may have to run again. */
export class Backup {
  readonly #root: string
  readonly #before: Listing
  readonly #folder: string
  readonly #links = new Map<string, string>()

  constructor(root: string, before: Listing, folder: string) {
    this.#root = root
    this.#before = before
    this.#folder = folder
    mkdirSync(folder, { recursive: true })
    for (const [path, id] of before) {
      if (id.startsWith('link ')) this.#links.set(path, readlinkSync(join(root, path)))
      if (!/^(file|program) /.test(id)) continue
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      copyFileSync(join(root, path), join(folder, path))
    }
  }

  /** @param dir the package, below the root */
  putBack(dir: string, now: Listing): void {
    for (const path of now.keys()) if (!this.#before.has(path)) this.#remove(dir, path)
    for (const [path, id] of this.#before) {
      if (now.get(path) === id) continue
      const full = join(this.#root, path)
      if (now.has(path) && lstatSync(full, { throwIfNoEntry: false })) rmSync(full, { recursive: true, force: true })
      mkdirSync(id === 'folder' ? full : dirname(full), { recursive: true })
      const target = this.#links.get(path)
      if (target !== undefined) symlinkSync(target, full)
      else if (/^(file|program) /.test(id)) copyFileSync(join(this.#folder, path), full)
    }
  }

  /** With the folders that were made for it. */
  #remove(dir: string, path: string): void {
    let top = path
    for (let up = dirname(top); up !== dir && up !== '.' && !this.#wasThere(up); up = dirname(up)) top = up
    rmSync(join(this.#root, top), { recursive: true, force: true })
  }

  #wasThere(folder: string): boolean {
    return [...this.#before.keys()].some(path => path === folder || path.startsWith(`${folder}/`))
  }
}
