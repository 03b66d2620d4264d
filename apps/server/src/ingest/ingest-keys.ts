import { randomBytes } from 'node:crypto'
import { type FoundKey, type IngestKey, type IngestKeyStore, ingestKeyState, type ProjectStore } from '@gantry/core'

export interface IngestKeysParts {
  store: IngestKeyStore
  projects: Pick<ProjectStore, 'byNumber'>
  now(): Date
  newId(): string
}

/** What another server changed is seen here after this long at most; what was changed here, at once. */
const freshMs = 1_000
/** Strangers may send any number of keys that nobody has. */
const mostKnown = 10_000

interface Known {
  row: Promise<FoundKey | null>
  askedAtMs: number
}

/** The keys that clients report with. Asked thousands of times a second, so each is looked up once a second at most. */
export class IngestKeys {
  readonly #parts: IngestKeysParts
  readonly #known = new Map<string, Known>()
  readonly #numbers = new Map<string, string>()

  constructor(parts: IngestKeysParts) {
    this.#parts = parts
  }

  /** The row of a key that works at this moment, or null. */
  async find(key: string): Promise<FoundKey | null> {
    const now = this.#parts.now()
    const known = this.#known.get(key)
    const isFresh = known && now.getTime() - known.askedAtMs < freshMs
    const row = await (isFresh ? known.row : this.#ask(key, now.getTime()))
    return row && ['works', 'rotated'].includes(ingestKeyState(row, now.toISOString())) ? row : null
  }

  /** The project that clients name by that number, or null. */
  async projectOf(number: string): Promise<string | null> {
    const known = this.#numbers.get(number)
    if (known !== undefined) return known
    const found = /^[1-9]\d{0,8}$/.test(number) ? await this.#parts.projects.byNumber(Number(number)) : null
    if (found) this.#numbers.set(number, found.name)
    return found?.name ?? null
  }

  /** Makes a key for the project and each of its services that has none. */
  async adopt(project: string, services: readonly string[]): Promise<void> {
    await this.#parts.store.ensure(
      [null, ...services].map(service => this.make({ project, service, isOwn: true, madeBy: 'gantry' })),
    )
  }

  /** The key that Gantry gives to the service; made now where there is none. Null: the project's own. */
  async own(project: string, service: string | null): Promise<IngestKey> {
    const { store } = this.#parts
    const known = await store.own(project, service)
    if (known) return known
    await this.adopt(project, service === null ? [] : [service])
    const made = await store.own(project, service)
    if (made) return made
    throw new Error(`the key of ${service ?? project} was revoked while it was made`)
  }

  /** A new one, not stored yet. */
  make(of: Pick<IngestKey, 'project' | 'service' | 'madeBy'> & Partial<IngestKey>): IngestKey {
    const { now, newId } = this.#parts
    return {
      kind: 'client',
      origins: [],
      perMinute: null,
      isOwn: false,
      ...of,
      id: newId(),
      key: randomBytes(16).toString('hex'),
      createdAt: now().toISOString(),
      lastUsedAt: null,
      rotatedAt: null,
      worksUntil: null,
      revokedAt: null,
    }
  }

  /** To be called when a key was changed: it is looked up again. */
  changed(): void {
    this.#known.clear()
  }

  #ask(key: string, askedAtMs: number): Promise<FoundKey | null> {
    const row = this.#parts.store.find(key)
    if (this.#known.size >= mostKnown) this.#known.clear()
    const known = { row, askedAtMs }
    this.#known.set(key, known)
    row.catch(() => this.#known.get(key) === known && this.#known.delete(key))
    return row
  }
}

/** @example dsnOf('http://127.0.0.1:4400', key, 1) // http://<key>@127.0.0.1:4400/1 */
export function dsnOf(url: string, { key }: Pick<IngestKey, 'key'>, projectNumber: number): string {
  const { protocol, host } = new URL(url)
  return `${protocol}//${key}@${host}/${projectNumber}`
}
