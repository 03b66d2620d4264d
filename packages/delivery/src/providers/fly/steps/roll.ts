import type { StepOutcome } from '@gantry/core'
import { durationMs } from '@gantry/core/config'
import * as z from 'zod'
import { stepDone, stepFailed } from '../../step-outcome.ts'
import { poll } from '../../vendor/poll.ts'
import { areSecretsLate, isAmbiguous } from '../api/fly-error.ts'
import { withLease } from '../api/lease.ts'
import { groupOf, imageByDigest, isOfApp, type Machine } from '../api/machine.ts'
import { CannotDeploy } from '../cannot-deploy.ts'
import type { FlyWork } from '../fly-work.ts'
import { releaseOf, tags } from '../tags.ts'
import type { MachineConfig } from '../toml/machine-config.ts'
import { awaitStarted, deadlineOf } from './await-state.ts'
import { isHealthy } from './health.ts'
import { LaunchPlan } from './launch-plan.ts'

const Config = z.custom<MachineConfig>(value => typeof value === 'object' && value !== null)

/** What machines were before they were replaced: stored before the first is, so that any process can put it back. */
const RollAnswer = LaunchPlan.extend({ before: z.record(z.string(), Config) })

/**
 * Gives each machine the new config in its place, one after the other, each only when the one before is healthy. A request may meet
 * either release meanwhile, and one machine less answers.
 */
export async function roll(work: FlyWork, plan: LaunchPlan, stored: unknown): Promise<StepOutcome> {
  const machines = (await work.api.list()).filter(isOfApp)
  if (machines.length === 0)
    return stepFailed(
      `${work.app} has no machine to replace: make its volume and the first one with \`fly deploy -a ${work.app}\``,
    )
  const known = RollAnswer.safeParse(stored)
  const before = known.success
    ? known.data.before
    : Object.fromEntries(machines.map(each => [each.id, configBefore(each)]))
  await work.context.progress(`0 of ${machines.length} machines are replaced`, { ...plan, before })
  let done = 0
  for (const machine of machines) {
    const outcome = await replace(work, machine, configAfter(machine, plan), plan.minSecretsVersion)
    if (!outcome.ok) return outcome
    done += 1
    await work.context.progress(`${done} of ${machines.length} machines are replaced`)
  }
  return stepDone(`${machines.length} machines are replaced`, { ...plan, before })
}

/** Gives them back what they were, the one that was replaced last first. */
export async function rollBack(work: FlyWork, stored: unknown): Promise<StepOutcome> {
  const known = RollAnswer.safeParse(stored)
  if (!known.success) return stepDone('no machine was replaced')
  const machines = (await work.api.list()).filter(isOfApp).toReversed()
  let count = 0
  for (const machine of machines) {
    const config = known.data.before[machine.id]
    if (!config || isAlready(machine, config)) continue
    const outcome = await replace(work, machine, config, null)
    if (!outcome.ok) return outcome
    count += 1
  }
  return stepDone(`${count} machines are what they were`)
}

async function replace(
  work: FlyWork,
  machine: Machine,
  config: MachineConfig,
  minSecretsVersion: number | null,
): Promise<StepOutcome> {
  const until = deadlineOf(work)
  const replaced = isAlready(machine, config)
    ? machine
    : await withLease(work, machine, nonce => update(work, machine.id, { config, minSecretsVersion, nonce }))
  const started = await awaitStarted(work, replaced, until)
  return started.ok ? awaitOne(work, machine.id, durationMs(work.settings.timeout)) : started
}

interface Update {
  config: MachineConfig
  minSecretsVersion: number | null
  nonce: string
}

const tries = 3

/** Reads the machine before each try: an answer that was lost may stand for an update that was done. */
async function update(
  { api, context }: FlyWork,
  id: string,
  { config, minSecretsVersion, nonce }: Update,
): Promise<Machine> {
  const min = minSecretsVersion === null ? {} : { min_secrets_version: minSecretsVersion }
  for (let tried = 1; ; tried += 1) {
    const now = await api.get(id)
    if (isAlready(now, config)) return now
    try {
      return await api.update(id, { config, current_version: now.instance_id, ...min }, nonce)
    } catch (cause) {
      if (tried === tries || !(isAmbiguous(cause) || areSecretsLate(cause))) throw cause
      await context.sleep(1_000 * tried)
    }
  }
}

const isAlready = (machine: Machine, { metadata }: MachineConfig): boolean =>
  releaseOf(machine) === (metadata?.[tags.release] ?? null)

async function awaitOne({ api, context, app }: FlyWork, id: string, timeoutMs: number): Promise<StepOutcome> {
  const asked = await poll(context, timeoutMs, async () => (isHealthy(await api.get(id)) ? true : null))
  if (asked.state === 'ended') return stepDone()
  const why = `machine ${id} did not turn healthy; see \`fly logs -a ${app} -i ${id}\``
  return { ok: false, why, afterMs: asked.afterMs, lines: [] }
}

const configBefore = (machine: Machine): MachineConfig => ({ ...machine.config, image: imageByDigest(machine) })

/** A machine keeps the volume it has: Fly does not let it change. */
function configAfter(machine: Machine, plan: LaunchPlan): MachineConfig {
  const config = plan.configs[groupOf(machine)]
  if (!config)
    throw new CannotDeploy(`fly.toml has no process group ${groupOf(machine)}, and machine ${machine.id} is of it`)
  const { mounts } = machine.config
  return { ...config, image: plan.image, ...(Array.isArray(mounts) && { mounts }) }
}
