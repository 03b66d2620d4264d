import type { StepOutcome } from '@gantry/core'
import { durationMs } from '@gantry/core/config'
import { stepDone, stepFailed } from '../../step-outcome.ts'
import { withLease } from '../api/lease.ts'
import type { Machine } from '../api/machine.ts'
import { sortMachines } from '../api/machines-of-app.ts'
import type { FlyWork } from '../fly-work.ts'
import { leftFor, leftTag, tags } from '../tags.ts'

/**
 * Leads requests to the new machines and then away from the former ones. Both answer for a while in between: Fly's proxies
 * give no word when they have heard of a change, and a request must find one of the two at any moment.
 */
export async function switchOver(work: FlyWork): Promise<StepOutcome> {
  const { api, context, facts, settings } = work
  const { own, former } = sortMachines(await api.list(), facts.release.id)
  if (own.length === 0) return stepFailed(`${work.app} has no machine of this release`)
  await Promise.all(own.map(machine => open(work, machine)))
  if (former.length > 0) {
    await context.progress(`${own.length} machines answer; ${former.length} of before still do`)
    await context.sleep(durationMs(settings.settle))
  }
  await Promise.all(former.map(machine => close(work, machine)))
  return stepDone(`${own.length} machines answer`, {
    machines: own.map(({ id }) => id),
    former: former.map(({ id }) => id),
  })
}

/** Back to the former ones, in the same order: open first. */
export async function switchBack(work: FlyWork): Promise<StepOutcome> {
  const { api, context, facts, settings } = work
  const { own, former } = sortMachines(await api.list(), facts.release.id)
  await Promise.all(former.map(machine => reopen(work, machine)))
  const opened = own.filter(({ cordoned }) => !cordoned)
  if (former.length > 0 && opened.length > 0) await context.sleep(durationMs(settings.settle))
  await Promise.all(opened.map(machine => withLease(work, machine, nonce => api.cordon(machine.id, nonce))))
  return stepDone(`${former.length} machines of before answer again`)
}

async function open(work: FlyWork, machine: Machine): Promise<void> {
  const { api, context } = work
  if (!machine.cordoned) return
  await withLease(work, machine, async nonce => {
    if (leftFor(machine) !== null) await api.setMetadata(machine.id, tags.left, leftTag(null, context.now()), nonce)
    await api.uncordon(machine.id, nonce)
  })
}

async function close(work: FlyWork, machine: Machine): Promise<void> {
  const { api, facts, context } = work
  if (machine.cordoned) return
  // It answers neither visitors nor Fly: it is destroyed when the release is live, and holds nobody up until then.
  if (machine.host_status !== 'ok')
    return context.log(`machine ${machine.id} is left: its host is ${machine.host_status}`)
  await withLease(work, machine, async nonce => {
    // For whom, before it is done: whoever takes this back finds what to open again.
    await api.setMetadata(machine.id, tags.left, leftTag(facts.release.id, context.now()), nonce)
    await api.cordon(machine.id, nonce)
  })
}

async function reopen(work: FlyWork, machine: Machine): Promise<void> {
  const { api, context, facts } = work
  if (leftFor(machine) !== facts.release.id) return
  await withLease(work, machine, async nonce => {
    if (machine.state === 'stopped' || machine.state === 'suspended') await api.start(machine.id, nonce)
    if (machine.cordoned) await api.uncordon(machine.id, nonce)
    await api.setMetadata(machine.id, tags.left, leftTag(null, context.now()), nonce)
  })
}
