import { GantryError } from '@gantry/core'
import type { PackedBatch } from '../issue/packed-event.ts'
import type { Listener } from './listener.ts'
import type { Parameter, RawResult } from './raw-result.ts'

/** One connection while it is held. Nobody else uses it until it is released. */
export interface Session {
  /** One statement. Parameters are what `toParameter` made of them. */
  query(text: string, parameters: Parameter[]): Promise<RawResult>
  /** Any number of statements without parameters; one result each. A failed script leaves no transaction behind. */
  exec(script: string): Promise<RawResult[]>
}

/** What PGlite and a real Postgres have in common. */
export interface Engine {
  kind: 'embedded' | 'postgres'
  acquire(): Promise<Session>
  /** `isBroken` when the state of the connection is unknown: it is thrown away. */
  release(session: Session, isBroken: boolean): void
  /**
   * Stores a batch of events where the database is, in one go; left out where statements are as near either way.
   * Gives what was stored, as JSON.
   */
  record?(session: Session, batch: PackedBatch): Promise<string>
  /** Hears what processes notify each other; left out where there is one process. See `listen`. */
  listen?(hear: (text: string) => void, onGap: () => void): Promise<Listener>
  close(): Promise<void>
}

/** An error the database answered. `code` is its SQLSTATE, the same on both engines. */
export class DatabaseFault extends Error {
  readonly code: string
  readonly constraint: string | null

  constructor(message: string, code: string, constraint: string | null, options?: ErrorOptions) {
    super(message, options)
    this.name = 'DatabaseFault'
    this.code = code
    this.constraint = constraint
  }
}

/** What the database answered, as the store throws it: a full disk is no fault of whoever asked. */
export function faultOf(message: string, code: string, constraint: string | null, options?: ErrorOptions): Error {
  if (code === diskFull) return new GantryError('STORAGE_FULL', message, {}, options)
  return new DatabaseFault(message, code, constraint, options)
}

/** SQLSTATE of `disk_full`: https://www.postgresql.org/docs/current/errcodes-appendix.html */
export const diskFull = '53100'

export const isUniqueViolation = (error: unknown): boolean => error instanceof DatabaseFault && error.code === '23505'
