import type { StepOutcome } from '@gantry/core'
import type { PlannedStep } from '../../define-provider.ts'
import { stepDone } from '../../step-outcome.ts'
import { launchMachine } from '../api/launch-machine.ts'
import { destroyLeased, withLease } from '../api/lease.ts'
import { groupOf, imageByDigest, isOfApp, type Machine } from '../api/machine.ts'
import { sortMachines } from '../api/machines-of-app.ts'
import type { FlyWork } from '../fly-work.ts'
import { launchTag, leftAt, releaseOf, type Slot, tags } from '../tags.ts'
import { awaitStarted, awaitStopped, deadlineOf } from './await-state.ts'
import type { LaunchPlan } from './launch-plan.ts'

/** Starts a machine for each slot, cordoned: those that are there already are found by their tag. */
export async function startMachines(work: FlyWork, step: PlannedStep, plan: LaunchPlan): Promise<StepOutcome> {
  const { api, context, facts } = work
  const until = deadlineOf(work)
  await context.progress(`${plan.slots.length} machine${plan.slots.length === 1 ? '' : 's'} of ${plan.image}`, {
    ...plan,
  })
  const there = sortMachines(await api.list(), facts.release.id).own
  const machines = await Promise.all(plan.slots.map(slot => machineIn(slot, there, plan, work)))
  const late = await destroyDoubles(work, machines)
  const outcomes = await Promise.all(machines.map(machine => awaitStarted(work, machine, until)))
  const failed = outcomes.find(outcome => !outcome.ok)
  if (failed) return failed
  const [first] = machines
  const answer = {
    ...plan,
    image: first ? imageByDigest(first) : plan.image,
    machines: machines.map(each => ({ id: each.id, region: each.region, group: groupOf(each) })),
    writers: machines.map(({ id }) => id),
  }
  return stepDone(
    `${machines.map(({ id }) => id).join(', ')} started in ${step.service}'s app ${work.app}${late}`,
    answer,
  )
}

async function machineIn(slot: Slot, there: Machine[], plan: LaunchPlan, work: FlyWork): Promise<Machine> {
  const tag = launchTag(work.facts.release.id, slot)
  const found = there.find(machine => machine.config.metadata[tags.launch] === tag && machine.state !== 'failed')
  if (found) return startAgain(found, work)
  const config = plan.configs[slot.group]
  if (!config) throw new Error(`there is no config for the process group ${slot.group}`)
  return launchMachine(work, {
    tag,
    region: slot.region,
    config: { ...config, image: plan.image },
    minSecretsVersion: plan.minSecretsVersion,
  })
}

async function startAgain(machine: Machine, work: FlyWork): Promise<Machine> {
  const { api } = work
  // One that is being stopped is not started before it is.
  if (machine.state === 'stopping') await awaitStopped(work, machine)
  if (!['stopping', 'stopped', 'suspended', 'created'].includes(machine.state)) return machine
  await withLease(work, machine, nonce => api.start(machine.id, nonce))
  return api.get(machine.id)
}

/** What a lost answer left behind after all: it was slower to be seen than we were to look. */
async function destroyDoubles(work: FlyWork, chosen: Machine[]): Promise<string> {
  const ids = new Set(chosen.map(({ id }) => id))
  const own = (await work.api.list()).filter(
    machine => isOfApp(machine) && releaseOf(machine) === work.facts.release.id && !ids.has(machine.id),
  )
  const doubles = own.filter(({ cordoned }) => cordoned)
  for (const machine of doubles) await destroyLeased(work, machine)
  return doubles.length === 0 ? '' : `; ${doubles.length} that was there twice is destroyed`
}

/** Takes the machines away again. Those that served before are only stopped: they are somebody's way back. */
export async function undoStart(work: FlyWork): Promise<StepOutcome> {
  const { api, facts } = work
  const own = sortMachines(await api.list(), facts.release.id).own.filter(({ cordoned }) => cordoned)
  await Promise.all(
    own.map(machine =>
      leftAt(machine) === null
        ? destroyLeased(work, machine)
        : machine.state === 'started'
          ? withLease(work, machine, nonce => api.stop(machine.id, nonce))
          : undefined,
    ),
  )
  return stepDone(own.length === 0 ? 'there was nothing to take away' : `${own.length} machines are gone or stopped`)
}
