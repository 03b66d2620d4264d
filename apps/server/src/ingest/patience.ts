import { setTimeout as wait } from 'node:timers/promises'
import { type ErrorCode, GantryError } from '@gantry/core'

/** Does something until it works, or until waiting cannot help. */
export type Patience = <T>(act: () => T | Promise<T>) => Promise<T>

export interface PatienceParts {
  /** Whoever waits gives up then. */
  signal: AbortSignal
  /** What waits, and that it no longer does (null). */
  onWait(cause: unknown): void
  firstMs: number
}

const longestMs = 5_000
/** What is wrong with the machine ends some day. */
const passing: ReadonlySet<ErrorCode> = new Set(['INGEST_OVERLOADED', 'STORAGE_FULL', 'LINES_UNREACHABLE'])
/** Of what nobody knows it might be wrong with these very lines, which must not keep all others from coming. */
const mostTries = 6

export function patience({ signal, onWait, firstMs }: PatienceParts): Patience {
  return async act => {
    for (let tries = 1; ; tries++)
      try {
        const done = await act()
        if (tries > 1) onWait(null)
        return done
      } catch (cause) {
        const isKnown = cause instanceof GantryError
        const mayPass = isKnown ? passing.has(cause.code) : tries < mostTries
        if (!mayPass || signal.aborted) throw cause
        onWait(cause)
        // Whoever stops meanwhile tries once more, and then gives up.
        await wait(Math.min(longestMs, firstMs * 2 ** (tries - 1)), undefined, { signal }).catch(() => undefined)
      }
  }
}
