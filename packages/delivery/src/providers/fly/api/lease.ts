import { CannotDeploy } from '../cannot-deploy.ts'
import type { FlyWork } from '../fly-work.ts'
import { isAmbiguous, isConflict, isNotThere } from './fly-error.ts'
import type { Machine } from './machine.ts'
import type { Lease } from './machines-api.ts'

/** Longer than any act takes; a process that dies holds others up for no longer than this. */
const leaseSeconds = 60
/** Leases of flyctl last 13 seconds, and are renewed while it deploys: one that is still held after this time is a deployment. */
const waitMs = 90_000

/**
 * Does something to a machine while nobody else may. An act whose lease was lost meanwhile is done once more under a new one:
 * acts on machines do the same when they come twice.
 */
export async function withLease<T>(work: FlyWork, machine: Machine, act: (nonce: string) => Promise<T>): Promise<T> {
  const once = async () => {
    const nonce = await takeLease(work, machine.id)
    try {
      return await act(nonce)
    } finally {
      await work.api.release(machine.id, nonce).catch(cause => work.context.log(`lease of ${machine.id}: ${cause}`))
    }
  }
  try {
    return await once()
  } catch (cause) {
    if (!isConflict(cause) || cause instanceof LeaseHeld) throw cause
    return once()
  }
}

/** Destroys a machine, which may be gone already. Its lease goes with it. */
export async function destroyLeased(work: FlyWork, { id, host_status: host }: Machine): Promise<void> {
  try {
    // A host that cannot be reached gives no lease.
    await work.api.destroy(id, host === 'ok' ? await takeLease(work, id) : undefined)
  } catch (cause) {
    if (!isNotThere(cause)) throw cause
  }
}

/** Somebody else deploys, or left a lease behind that lasts long. */
class LeaseHeld extends CannotDeploy {
  constructor(machine: string, { owner, description, expires_at }: Lease) {
    const until = new Date(expires_at * 1_000).toISOString()
    const what = description ? ` for "${description}"` : ''
    super(
      `machine ${machine} is leased by ${owner || 'somebody'}${what} until ${until}: another deployment is under way`,
    )
  }
}

async function takeLease({ api, context, leaseName }: FlyWork, id: string): Promise<string> {
  const giveUpAt = context.now().getTime() + waitMs
  for (;;) {
    const isLate = context.now().getTime() >= giveUpAt
    try {
      return (await api.lease(id, leaseSeconds, leaseName)).nonce
    } catch (cause) {
      if (isLate || !(isConflict(cause) || isAmbiguous(cause))) throw cause
    }
    const held = await api.leaseOf(id).catch(() => null)
    // Our own: the answer to the request that took it was lost, or the process that held it is gone.
    if (held?.description === leaseName && held.nonce !== '') return held.nonce
    if (held && held.expires_at * 1_000 > giveUpAt) throw new LeaseHeld(id, held)
    await context.sleep(2_000)
  }
}
