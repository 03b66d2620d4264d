import type { StepOutcome } from '@gantry/core'
import { stepDone, stepFailed } from '../../step-outcome.ts'
import { destroyLeased, withLease } from '../api/lease.ts'
import { groupOf, type Machine } from '../api/machine.ts'
import { keptReleases, sortMachines } from '../api/machines-of-app.ts'
import type { FlyWork } from '../fly-work.ts'
import { releaseOf } from '../tags.ts'

/**
 * Stops the machines requests were led away from, so that a way back is a start and a switch, and destroys those of releases
 * before. Machines that a request may reach are never touched.
 */
export async function retireFormer(work: FlyWork): Promise<StepOutcome> {
  const { api, facts, settings } = work
  const listed = await api.list()
  const { own, former, kept } = sortMachines(listed, facts.release.id)
  if (!own.some(({ cordoned }) => !cordoned))
    return stepFailed('no machine of this release answers: nothing is stopped')
  const releases = keptReleases([...former, ...kept].filter(({ cordoned }) => cordoned))
  // One that never served is what a failed deployment left behind.
  const staying = releases.filter(each => each.leftAt !== '').slice(0, settings.keep)
  const going = releases.filter(each => !staying.includes(each)).flatMap(({ machines }) => machines)
  await Promise.all(staying.flatMap(({ machines }) => machines).map(machine => stop(work, machine)))
  const lost = former.filter(machine => machine.host_status !== 'ok')
  const ended = [...going, ...spent(listed), ...lost.filter(machine => !going.includes(machine))]
  await Promise.all(ended.map(machine => destroyLeased(work, machine)))
  const count = staying.reduce((sum, { machines }) => sum + machines.length, 0)
  return stepDone(`${count} machines are kept, stopped; ${ended.length} are gone`, {
    kept: staying.map(({ release, machines }) => ({ release, machines: machines.map(({ id }) => id) })),
  })
}

/** Machines that ran a release_command and ended. */
const spent = (machines: Machine[]): Machine[] =>
  machines.filter(
    machine =>
      groupOf(machine) === 'fly_app_release_command' && releaseOf(machine) !== null && machine.state === 'stopped',
  )

async function stop(work: FlyWork, machine: Machine): Promise<void> {
  if (machine.state !== 'started' && machine.state !== 'starting') return
  await withLease(work, machine, nonce => work.api.stop(machine.id, nonce))
}
