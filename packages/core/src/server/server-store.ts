/** Which processes work on this database, and which of them still say so. Times are by the clock of the database. */
export interface ServerStore {
  /** Says that it lives, and what it is. One that was forgotten is known again. */
  beat(server: ServerProcess): Promise<void>
  /** All that are known, oldest first; `silentMs` tells the living from those that stopped without a word. */
  list(): Promise<KnownServer[]>
  /** It stopped, or is known to be gone. */
  remove(id: string): Promise<void>
}

/** What a process does: answer people and programs, carry work out, or both. */
export type ServerRole = 'all' | 'web' | 'worker'

export interface ServerProcess {
  /** Made anew at each start; owner of its leases. */
  id: string
  /** Its name, for people. */
  host: string
  /** Where `pid` means this process and no other: containers of one name have numbers of their own. */
  machine: string
  pid: number
  /** When it began, as the system says it: tells it from a later process with the same number. Null where that is unknown. */
  began: string | null
  role: ServerRole
  /** Where it is reached; null until it listens. */
  address: string | null
  /** Where it keeps files and what seals them, as a text to compare; null when those are its own. */
  files: string | null
}

export interface KnownServer extends ServerProcess {
  startedAt: string
  silentMs: number
}

/** A server that was silent for longer is not counted as living any more: as long as a lease lasts. */
export const silentAfterMs = 15_000
