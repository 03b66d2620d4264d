import { setTimeout as sleep } from 'node:timers/promises'
import type { LeaseName } from '@gantry/core'
import type { HeldLease, HeldLeases } from './held-leases.ts'

export interface DutyParts {
  leases: HeldLeases
  /** Whether it is worth to ask for it, for less than asking costs. */
  isFree?(): Promise<boolean>
  /** How often a process that does not have it asks for it. */
  askEveryMs?: number
  onError(cause: unknown): void
}

/** Work that goes on for as long as there is a server, on one process at a time. */
export interface Duty {
  /** Whether it is this process that does it now. */
  isOurs(): boolean
  /** Ends the work here and gives it back at once. */
  stop(): Promise<void>
}

/**
 * Asks for the work until this process has it, and begins it then. `begin` answers what ends it; it is ended when the work is
 * lost to another process, and then asked for again.
 */
export function startDuty(
  work: LeaseName,
  begin: (held: HeldLease) => Promise<() => Promise<void>>,
  { leases, isFree = async () => true, askEveryMs = 1_000, onError }: DutyParts,
): Duty {
  const stopping = new AbortController()
  let isOurs = false
  const doOnce = async () => {
    const held = (await isFree()) ? await leases.claim(work) : null
    if (held === null) return
    isOurs = true
    try {
      const end = await begin(held)
      await untilAborted(AbortSignal.any([held.lost, stopping.signal]))
      isOurs = false
      await end()
    } finally {
      isOurs = false
      await held.release()
    }
  }
  const run = async () => {
    while (!stopping.signal.aborted) {
      await doOnce().catch(onError)
      await sleep(askEveryMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }
  const running = run()
  return {
    isOurs: () => isOurs,
    async stop() {
      stopping.abort()
      await running
    },
  }
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise(done => {
    if (signal.aborted) done()
    else signal.addEventListener('abort', () => done(), { once: true })
  })
