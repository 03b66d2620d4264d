import type { HeldLease, LeaseStore } from '@gantry/core'

/** Core's `LeaseStore` in memory, by whatever clock. */
export function memoryLeases(nowMs: () => number): LeaseStore {
  const leases: (HeldLease & { untilMs: number })[] = []
  let version = 0
  const isHeld = ({ untilMs }: { untilMs: number }) => untilMs > nowMs()
  const remove = (which: (lease: HeldLease) => boolean): number => {
    const before = leases.length
    leases.splice(0, before, ...leases.filter(lease => !which(lease)))
    return before - leases.length
  }
  return {
    async claim(work, owner, ttlMs) {
      const isSame = (each: HeldLease) =>
        each.project === work.project && each.kind === work.kind && each.name === work.name
      if (leases.some(each => isSame(each) && isHeld(each))) return null
      remove(isSame)
      version += 1
      const lease = { ...work, owner, version }
      leases.push({ ...lease, since: '', until: '', untilMs: nowMs() + ttlMs })
      return lease
    },
    async renew(asked, ttlMs) {
      const known = leases.filter(each => asked.some(one => one.version === each.version))
      for (const each of known) each.untilMs = nowMs() + ttlMs
      return known.map(each => each.version)
    },
    async release(lease) {
      remove(each => each.version === lease.version)
    },
    releaseAll: async owner => remove(each => each.owner === owner),
    held: async ({ project, kind, owner } = {}) =>
      leases.filter(
        each =>
          isHeld(each) &&
          (project === undefined || each.project === project) &&
          (kind ?? each.kind) === each.kind &&
          (owner ?? each.owner) === each.owner,
      ),
    prune: async () => remove(each => !isHeld(each as HeldLease & { untilMs: number })),
  }
}
