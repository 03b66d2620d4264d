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
  /** One of the names: all are the same link, which bears the time of an access through any of them. */
  readonly #link: string | undefined
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
    if (first !== undefined) {
      symlinkSync('out-of-sight', first)
      for (const other of others) linkSync(first, other)
      lutimesSync(first, longAgo, longAgo)
    }
    this.#link = first
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
    return this.#link !== undefined && lstatSync(this.#link).atimeMs !== longAgo * 1000
  }
}

function factsOf(path: string): string {
  const facts: Stats | undefined = lstatSync(path, { throwIfNoEntry: false })
  return `${facts?.ino} ${facts?.size} ${facts?.mtimeMs} ${facts?.mode}`
}
