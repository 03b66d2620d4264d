import {
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  type Stats,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

/** Longer ago than any reading. Linux notes the time of an access when the one it knows is no younger than the last change. */
const longAgo = 1

/**
 * Stands in the place of a folder that is out of sight, and knows whether somebody looked. It has the folder's names, each of
 * them a link to nowhere: whoever goes through one leaves the time of it on the link, as does who lists the folder. Names
 * alone can be seen without a trace, and so can the manifest: both count as inputs.
 */
export class Veil {
  /** To be mounted over the folder. */
  readonly folder: string
  readonly #names: string
  /** One for all names, which bears the time of an access through any of them; some file systems want one for each. */
  readonly #links: readonly string[]
  readonly #manifest: { path: string; content: Buffer; facts: string } | undefined

  constructor(hidden: string, folder: string, { withManifest }: { withManifest: boolean }) {
    this.folder = folder
    mkdirSync(folder)
    const names = readdirSync(hidden)
    this.#names = names.join('/')
    const manifest = withManifest && names.includes('package.json') ? join(folder, 'package.json') : undefined
    if (manifest !== undefined) {
      const content = readFileSync(join(hidden, 'package.json'))
      writeFileSync(manifest, content)
      this.#manifest = { path: manifest, content, facts: factsOf(manifest) }
    }
    const [first, ...others] = names.map(name => join(folder, name)).filter(path => path !== manifest)
    if (first === undefined) this.#links = []
    else {
      symlinkSync('out-of-sight', first)
      this.#links = [first, ...others.filter(other => !isSameLink(first, other))]
      for (const link of this.#links) lutimesSync(link, longAgo, longAgo)
    }
    utimesSync(folder, longAgo, longAgo)
  }

  /** Whether it can stand for the folder as that is now. */
  isLike(hidden: string): boolean {
    if (readdirSync(hidden).join('/') !== this.#names) return false
    return this.#manifest === undefined || readFileSync(join(hidden, 'package.json')).equals(this.#manifest.content)
  }

  wasTouched(): boolean {
    const { atimeMs, mtimeMs } = statSync(this.folder)
    if (atimeMs !== longAgo * 1000 || mtimeMs !== longAgo * 1000) return true
    if (this.#manifest !== undefined && factsOf(this.#manifest.path) !== this.#manifest.facts) return true
    return this.#links.some(link => lstatSync(link).atimeMs !== longAgo * 1000)
  }
}

/** Puts the same link under another name, or one of its own where that cannot be. */
function isSameLink(link: string, name: string): boolean {
  try {
    linkSync(link, name)
    return true
  } catch {
    symlinkSync('out-of-sight', name)
    return false
  }
}

function factsOf(path: string): string {
  const facts: Stats | undefined = lstatSync(path, { throwIfNoEntry: false })
  return `${facts?.ino} ${facts?.size} ${facts?.mtimeMs} ${facts?.mode}`
}
