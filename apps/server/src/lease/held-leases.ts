import { type Lease, type LeaseName, type LeaseStore, type LeaseTimes, usualLeaseTimes } from '@gantry/core'

/** What this process does and no other one, while it holds the lease. */
export interface HeldLease {
  lease: Lease
  /** Aborted when another process took the work over, or may have: stop, and write nothing more about it. */
  lost: AbortSignal
  /** Whether nobody else can have it at this moment. Asked before a write, also by a process that just woke up. */
  isSure(): boolean
  /** Gives the work back, for whoever asks next. */
  release(): Promise<void>
}

export interface HeldLeases {
  /** This process, as the others read it. */
  owner: string
  /** Null when the work is done already, by another process or by this one. */
  claim(work: LeaseName): Promise<HeldLease | null>
  /** Gives back everything, and claims nothing more. */
  stop(): Promise<void>
}

export interface HeldLeasesParts {
  leases: LeaseStore
  owner: string
  onError(cause: unknown): void
  times?: LeaseTimes
  /** No other process can open the database: nothing is lost by being silent. */
  isAlone?: boolean
  /** Milliseconds of a clock that is never set; it may stand still while the machine sleeps. */
  monotonicMs?(): number
}

/**
 * The leases of this process, renewed together by one statement. What another process took is lost, and so is everything when
 * the database does not answer for as long as a lease lasts: by then another process may have it.
 */
export function holdLeases(parts: HeldLeasesParts): HeldLeases {
  const { leases, owner, onError, times = usualLeaseTimes, isAlone = false } = parts
  const monotonicMs = parts.monotonicMs ?? (() => performance.now())
  const held = new Map<number, { lease: Lease; sureUntilMs: number; losing: AbortController }>()
  let isStopped = false
  const lose = (version: number) => {
    held.get(version)?.losing.abort()
    held.delete(version)
  }
  const renew = async () => {
    const asked = [...held.values()].map(({ lease }) => lease)
    const sureUntilMs = monotonicMs() + times.ttlMs
    const kept = new Set(await leases.renew(asked, times.ttlMs))
    for (const { version } of asked) {
      const one = held.get(version)
      if (one && kept.has(version)) one.sureUntilMs = sureUntilMs
      else lose(version)
    }
  }
  const isSure = (version: number) =>
    isAlone ? held.has(version) : monotonicMs() < (held.get(version)?.sureUntilMs ?? 0)
  let renewing: Promise<void> | null = null
  const beating = setInterval(() => {
    if (renewing === null && held.size > 0) {
      renewing = renew()
        .catch(onError)
        .finally(() => {
          renewing = null
        })
    }
    // Also while a renewal waits for a database that does not answer.
    for (const version of held.keys()) if (!isSure(version)) lose(version)
  }, times.renewEveryMs)
  beating.unref()
  return {
    owner,
    async claim(work) {
      if (isStopped) return null
      const sureUntilMs = monotonicMs() + times.ttlMs
      const lease = await leases.claim(work, owner, times.ttlMs)
      if (lease === null) return null
      if (isStopped) {
        await leases.release(lease)
        return null
      }
      const losing = new AbortController()
      held.set(lease.version, { lease, sureUntilMs, losing })
      return {
        lease,
        lost: losing.signal,
        isSure: () => isSure(lease.version),
        async release() {
          if (held.delete(lease.version)) await leases.release(lease)
        },
      }
    },
    async stop() {
      isStopped = true
      clearInterval(beating)
      await renewing
      for (const version of [...held.keys()]) lose(version)
      await leases.releaseAll(owner)
    },
  }
}
