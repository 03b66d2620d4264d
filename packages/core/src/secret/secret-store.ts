import type { SealedSecret, ValuePlace, Variable } from './secret.ts'

/** Keeps what was sealed elsewhere: it never sees a secret nor a key. */
export interface SecretStore {
  /** By name, those of the repository first. */
  list(project: string): Promise<SealedSecret[]>
  /** Sets it or takes the place of the former one. */
  save(secret: Omit<SealedSecret, 'version'>): Promise<void>
  /** False when there is none. */
  remove(place: ValuePlace): Promise<boolean>
  /** How many secrets each key has sealed, on the whole server. */
  sealedBy(): Promise<{ keyId: string; secrets: number }[]>
  /** Up to `limit` secrets of any project that other keys than these have sealed. */
  notSealedBy(keyIds: readonly string[], limit: number): Promise<SealedSecret[]>
  /** Puts another seal on what was read as `secret`. False when it was set or removed since. */
  reseal(secret: SealedSecret, seal: Pick<SealedSecret, 'keyId' | 'sealed'>): Promise<boolean>
}

export interface VariableStore {
  /** By name, those of the repository first. */
  list(project: string): Promise<Variable[]>
  save(variable: Variable): Promise<void>
  /** False when there is none. */
  remove(place: ValuePlace): Promise<boolean>
}
