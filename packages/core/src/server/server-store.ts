/** Which server works on this database. One does at a time: what two did at once, each would end for the other. */
export interface ServerStore {
  /**
   * Takes the database for this server and answers null; or answers who has it. A holder that was silent for `staleAfterMs` has
   * it no more, nor has the one that `evict` names, of which the caller knows that it is gone.
   */
  claim(
    server: ServerIdentity,
    limits: { staleAfterMs: number; evict?: string | undefined },
  ): Promise<ServerHolder | null>
  /** Says that this server lives and where it is reached. False when another has taken its place. */
  beat(id: string, address: string | null): Promise<boolean>
  release(id: string): Promise<void>
}

export interface ServerIdentity {
  id: string
  /** Its name, for people. */
  host: string
  /** Where `pid` means this process and no other: containers of one name have numbers of their own. */
  machine: string
  pid: number
}

export interface ServerHolder extends ServerIdentity {
  address: string | null
  startedAt: string
  /** By the clock of the database, as everything here. */
  lastBeatAt: string
  silentMs: number
}
