import type { IngestKey } from './ingest-key.ts'

export interface FoundKey extends IngestKey {
  projectNumber: number
}

export interface IngestKeyStore {
  /** All of a project, by service; the newest of a service first. */
  list(project: string): Promise<IngestKey[]>
  /** The row of a key, of whichever project, whether it works or not; and the number that clients name the project by. */
  find(key: string): Promise<FoundKey | null>
  add(key: IngestKey): Promise<void>
  /** Adds those whose project and service have no own key yet; of two servers that do so at once one adds it. */
  ensure(keys: IngestKey[]): Promise<void>
  /** The key that Gantry gives to a service; with null the project's own. */
  own(project: string, service: string | null): Promise<IngestKey | null>
  /** Puts `next` in its place, and lets it work on until then. False when it was rotated or revoked already. */
  rotate(project: string, id: string, next: IngestKey, at: { rotatedAt: string; worksUntil: string }): Promise<boolean>
  /** False when there is no such key, or it was revoked. */
  change(project: string, id: string, limits: Pick<IngestKey, 'origins' | 'perMinute'>): Promise<boolean>
  /** False when it was revoked already. */
  revoke(project: string, id: string, at: string): Promise<boolean>
  /** Notes when keys were last used. Never moves a time back. */
  used(uses: readonly { id: string; at: string }[]): Promise<void>
}
