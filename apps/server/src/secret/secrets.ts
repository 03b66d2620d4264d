import {
  faultOfValueName,
  GantryError,
  longestValueBytes,
  type ScopedValues,
  type SealedSecret,
  type SecretStore,
  type ValuePlace,
  valueName,
} from '@gantry/core'
import { type KeyRing, readKeyRing, withFirstKeyOnly, withNewKey } from './key-ring.ts'
import { type SecretKey, seal, unseal } from './seal.ts'

export interface SecretsParts {
  store: SecretStore
  /** GANTRY_SECRET_KEY. */
  given: string | undefined
  /** GANTRY_LOST_SECRET_KEY: ids of keys that are lost; what they sealed can only be removed. */
  lost: readonly string[]
  home: string
  now(): Date
}

export interface Rotation {
  key: string
  /** Places whose secret has a new seal. */
  resealed: ValuePlace[]
  /** Those that do not open, as after a change in the database. */
  unopened: ValuePlace[]
}

/** Where Gantry keeps what it holds itself: a name that no environment can have. */
export interface OwnSecret {
  place: `@${string}`
  name: string
}

/** Whether a place is none that people set secrets in. */
export const isOwnPlace = (environment: string | null): boolean => environment?.startsWith('@') ?? false

const atOnce = 50

/** Seals and opens secrets with the keys of this server. */
export class Secrets {
  readonly #parts: SecretsParts
  #ring: KeyRing
  /** What seals and what changes the keys goes one after the other: no secret is sealed with a key that is being forgotten. */
  #turn: Promise<unknown> = Promise.resolve()

  private constructor(parts: SecretsParts, ring: KeyRing) {
    this.#parts = parts
    this.#ring = ring
  }

  /**
   * Reads the keys, and goes on with a rotation that a stop cut short.
   * @throws GantryError SECRET_KEY_WRONG when secrets are there that none of them opens; nothing is changed then
   */
  static async open(parts: SecretsParts): Promise<Secrets> {
    const secrets = new Secrets(parts, await readKeyRing(parts.given, parts.home))
    await secrets.#requireKeys()
    if (secrets.#ring.file !== null && secrets.#ring.keys.length > 1) await secrets.#inTurn(() => secrets.#reseal())
    return secrets
  }

  /** Those that jobs may be given. */
  async list(project: string): Promise<SealedSecret[]> {
    return (await this.#parts.store.list(project)).filter(({ environment }) => !isOwnPlace(environment))
  }

  /**
   * A secret that Gantry holds for a project itself, such as the key of its App on GitHub; null when there is none. Its place is
   * no environment, so no job is given it.
   * @throws GantryError SECRET_KEY_WRONG when it cannot be opened
   */
  async own(project: string, { place: environment, name }: OwnSecret): Promise<string | null> {
    const all = await this.#parts.store.list(project)
    const secret = all.find(each => each.environment === environment && each.name === name)
    return secret ? unseal(secret.sealed, secret, this.#keyOf(secret)) : null
  }

  /** @param value null removes it */
  async setOwn(project: string, { place: environment, name }: OwnSecret, value: string | null, updatedBy: string) {
    if (value === null) await this.remove({ project, environment, name })
    else await this.set({ project, environment, name, value, isForAnyBranch: false, updatedBy })
  }

  /** Whether it can be opened: its key is not one that was lost. */
  isLost({ keyId }: Pick<SealedSecret, 'keyId'>): boolean {
    return !this.#ring.keys.some(({ id }) => id === keyId)
  }

  /** @throws GantryError VALUE_NAME_WRONG, BAD_REQUEST, SECRET_KEY_WRONG */
  async set(secret: ValuePlace & { value: string; isForAnyBranch: boolean; updatedBy: string }): Promise<ValuePlace> {
    const { value, isForAnyBranch, updatedBy } = secret
    const place = checkedPlace(secret, value)
    return this.#inTurn(async () => {
      await this.#requireKeys()
      const key = await this.#sealingKey()
      const updatedAt = this.#parts.now().toISOString()
      const sealed = { keyId: key.id, sealed: seal(value, place, key) }
      await this.#parts.store.save({ ...place, ...sealed, isForAnyBranch, updatedAt, updatedBy })
      return place
    })
  }

  remove(place: ValuePlace): Promise<boolean> {
    return this.#parts.store.remove({ ...place, name: valueName(place.name) })
  }

  /**
   * What is set for the repository, and for the environment.
   * @throws GantryError SECRET_KEY_WRONG when one of them cannot be opened
   */
  async valuesFor(project: string, environment: string | null, isWanted: (secret: SealedSecret) => boolean) {
    const values: ScopedValues = { repository: {}, environment: {} }
    for (const secret of await this.list(project)) {
      if (secret.environment !== null && secret.environment !== environment) continue
      if (!isWanted(secret)) continue
      const of = secret.environment === null ? values.repository : values.environment
      of[secret.name] = unseal(secret.sealed, secret, this.#keyOf(secret))
    }
    return values
  }

  /** For what rests elsewhere for a while, such as the secrets of a job that waits for a runner. */
  async sealText(text: string, place: ValuePlace): Promise<string> {
    const key = await this.#inTurn(() => this.#sealingKey())
    return `${key.id}:${seal(text, place, key)}`
  }

  /** @throws GantryError SECRET_KEY_WRONG when it was not sealed for that place, or with a key that is no more */
  openText(text: string, place: ValuePlace): string {
    const [keyId = '', sealed = ''] = text.split(':')
    return unseal(sealed, place, this.#keyOf({ keyId, name: place.name }))
  }

  /**
   * Seals all secrets of this server with another key: one made now, when the keys are in the data folder; else the first of
   * GANTRY_SECRET_KEY. Cut short at any place, the next start goes on with it.
   */
  rotate(): Promise<Rotation> {
    return this.#inTurn(async () => {
      await this.#requireKeys()
      const { file, keys } = this.#ring
      if (file !== null) this.#ring = await withNewKey({ ...this.#ring, file })
      else if (keys.length < 2)
        throw new GantryError(
          'BAD_REQUEST',
          'expected the new key in front of the present one in GANTRY_SECRET_KEY, with a comma between, found one key',
        )
      return this.#reseal()
    })
  }

  async #reseal(): Promise<Rotation> {
    const { store, lost } = this.#parts
    const { file } = this.#ring
    const key = await this.#sealingKey()
    const rotation: Rotation = { key: key.id, resealed: [], unopened: [] }
    for (;;) {
      const secrets = await store.notSealedBy([key.id, ...lost], atOnce + rotation.unopened.length)
      const next = secrets.filter(secret => !rotation.unopened.some(other => isSamePlace(secret, other)))
      if (next.length === 0) break
      for (const secret of next) await this.#resealOne(secret, key, rotation)
    }
    if (file !== null && rotation.unopened.length === 0) this.#ring = await withFirstKeyOnly({ ...this.#ring, file })
    return rotation
  }

  async #resealOne(secret: SealedSecret, key: SecretKey, { resealed, unopened }: Rotation): Promise<void> {
    const { project, environment, name } = secret
    const value = this.#opened(secret)
    if (value === null) unopened.push({ project, environment, name })
    // False: it was set or removed since it was read, and the next look finds it as it is then.
    else if (await this.#parts.store.reseal(secret, { keyId: key.id, sealed: seal(value, secret, key) }))
      resealed.push({ project, environment, name })
  }

  /** Null for one that was changed in the database: it stays as it is, and the keys with it. */
  #opened(secret: SealedSecret): string | null {
    try {
      return unseal(secret.sealed, secret, this.#keyOf(secret))
    } catch (cause) {
      if (cause instanceof GantryError) return null
      throw cause
    }
  }

  /** The first secret makes the key, when nobody gave one. */
  async #sealingKey(): Promise<SecretKey> {
    if (this.#ring.file !== null && this.#ring.keys.length === 0)
      this.#ring = await withNewKey({ ...this.#ring, file: this.#ring.file })
    const [first] = this.#ring.keys
    if (first) return first
    throw new GantryError('SECRET_KEY_WRONG', 'this server has no key to seal secrets with')
  }

  #keyOf(secret: Pick<SealedSecret, 'keyId' | 'name'>): SecretKey {
    const key = this.#ring.keys.find(({ id }) => id === secret.keyId)
    if (key) return key
    throw new GantryError(
      'SECRET_KEY_WRONG',
      `the secret ${secret.name} is sealed with key ${secret.keyId}, which is not among the keys of ${this.#ring.source}`,
    )
  }

  async #requireKeys(): Promise<void> {
    const { store, lost } = this.#parts
    const { keys, source } = this.#ring
    const known = [...keys.map(({ id }) => id), ...lost]
    const closed = (await store.sealedBy()).filter(({ keyId }) => !known.includes(keyId))
    if (closed.length === 0) return
    const which = closed.map(({ keyId, secrets }) => `${secrets} with key ${keyId}`).join(', ')
    const found = keys.length === 0 ? 'no key' : keys.map(({ id }) => `key ${id}`).join(' and ')
    throw new GantryError('SECRET_KEY_WRONG', `secrets of this server are sealed (${which}); ${source} has ${found}`)
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work, work)
    this.#turn = done.catch(() => undefined)
    return done
  }
}

const isSamePlace = (a: ValuePlace, b: ValuePlace): boolean =>
  a.project === b.project && a.environment === b.environment && a.name === b.name

/** The name as it is kept. */
export function checkedPlace({ project, environment, name: typed }: ValuePlace, value: string): ValuePlace {
  const name = valueName(typed)
  const fault = faultOfValueName(name)
  if (fault) throw new GantryError('VALUE_NAME_WRONG', `expected ${fault}, got "${typed}"`)
  const bytes = Buffer.byteLength(value)
  if (bytes === 0 || bytes > longestValueBytes)
    throw new GantryError('BAD_REQUEST', `${name}: expected 1 to ${longestValueBytes} bytes, got ${bytes}`)
  // Postgres keeps no NUL in a text and no half of a surrogate pair, and neither does a variable of a process.
  if (value.includes('\0') || !value.isWellFormed())
    throw new GantryError('BAD_REQUEST', `${name}: expected text, got bytes that are none`)
  return { project, environment, name }
}
