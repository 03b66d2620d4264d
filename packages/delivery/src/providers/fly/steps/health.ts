import type { StepOutcome } from '@gantry/core'
import { durationMs } from '@gantry/core/config'
import { stepDone, stepFailed } from '../../step-outcome.ts'
import { poll } from '../../vendor/poll.ts'
import { type Check, checksOf, isGone, type Machine } from '../api/machine.ts'
import { sortMachines } from '../api/machines-of-app.ts'
import type { FlyWork } from '../fly-work.ts'
import { hasChecks, type MachineConfig } from '../toml/machine-config.ts'

/** Waits until all checks of all machines pass. */
export async function awaitHealthy(work: FlyWork): Promise<StepOutcome> {
  const { api, context, facts, app, settings } = work
  const { own } = sortMachines(await api.list(), facts.release.id)
  if (own.length === 0) return stepFailed(`${app} has no machine of this release`)
  let waiting = own
  const asked = await poll(context, durationMs(settings.timeout), async waitedMs => {
    waiting = (await Promise.all(waiting.map(({ id }) => api.get(id)))).filter(machine => !isHealthy(machine))
    if (waiting.length === 0) return stepDone(`healthy after ${Math.round(waitedMs / 1_000)} s`)
    const over = waiting.find(machine => isGone(machine) || machine.state === 'failed' || machine.state === 'stopped')
    if (over) return stepFailed(`machine ${over.id} is ${over.state}; see \`fly logs -a ${app} -i ${over.id}\``)
    await context.progress(`${own.length - waiting.length} of ${own.length} machines are healthy`)
    return null
  })
  return asked.state === 'ended' ? asked.value : unhealthy(waiting, asked.afterMs, app)
}

export function isHealthy(machine: Machine): boolean {
  const checks = checksOf(machine)
  if (machine.state !== 'started') return false
  // Right after the start Fly lists none, though some are set: that is not healthy yet.
  if (checks.length === 0) return !hasChecks(machine.config as unknown as MachineConfig)
  return checks.every(({ status }) => status === 'passing')
}

function unhealthy(machines: Machine[], afterMs: number, app: string): StepOutcome {
  const failing = machines.flatMap(machine =>
    checksOf(machine)
      .filter(({ status }) => status !== 'passing')
      .map(check => ({ machine, check })),
  )
  const [first] = failing
  const [machine] = machines
  const why = first
    ? `check ${first.check.name} of machine ${first.machine.id} is ${first.check.status}${saidBy(first.check)}`
    : `machine ${machine?.id} is ${machine?.state} and none of its checks has run`
  return {
    ok: false,
    why,
    afterMs,
    lines: [
      ...failing.map(({ machine: { id }, check }) => `${id} ${check.name}: ${check.status} ${check.output}`.trimEnd()),
      `fly logs -a ${app} shows what they wrote`,
    ],
  }
}

const saidBy = ({ output }: Check): string => (output.trim() === '' ? '' : `: ${output.trim().split('\n')[0]}`)
