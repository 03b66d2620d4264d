import type { StepOutcome } from '@gantry/core'
import { durationMs } from '@gantry/core/config'
import { stepDone, stepFailed } from '../../step-outcome.ts'
import { isTimeout } from '../api/fly-error.ts'
import { exitCodeOf, isGone, type Machine } from '../api/machine.ts'
import type { FlyWork } from '../fly-work.ts'

export const deadlineOf = ({ context, settings }: FlyWork): number =>
  context.now().getTime() + durationMs(settings.timeout)

/** Fly waits on its side for as long as it may, so that few requests are spent on it. */
export async function awaitStarted(work: FlyWork, machine: Machine, until: number): Promise<StepOutcome> {
  const { api, context, app } = work
  let last = machine
  while (last.state !== 'started') {
    const left = Math.ceil((until - context.now().getTime()) / 1_000)
    if (left <= 0) return neverStarted(last, work)
    try {
      await api.wait(machine.id, 'started', last.instance_id, Math.min(60, left))
      return stepDone()
    } catch (cause) {
      if (!isTimeout(cause)) throw cause
    }
    last = await api.get(machine.id)
    if (isGone(last) || last.state === 'failed' || last.state === 'stopped') return ended(last, app)
  }
  return stepDone()
}

/** For a minute, which is what Fly gives a machine at most before it is killed; longer than that is found out by whoever goes on. */
export async function awaitStopped({ api }: FlyWork, { id, instance_id: instance }: Machine): Promise<void> {
  try {
    await api.wait(id, 'stopped', instance, 60)
  } catch (cause) {
    if (!isTimeout(cause)) throw cause
  }
}

function ended(machine: Machine, app: string): StepOutcome {
  const code = exitCodeOf(machine)
  const how = code === null ? `is ${machine.state}` : `ended with exit code ${code}`
  return stepFailed(`machine ${machine.id} ${how} instead of running; see \`fly logs -a ${app} -i ${machine.id}\``)
}

const neverStarted = ({ id, state }: Machine, { settings, app }: FlyWork): StepOutcome => ({
  ok: false,
  why: `machine ${id} is still ${state} and was given up; see \`fly logs -a ${app} -i ${id}\``,
  afterMs: durationMs(settings.timeout),
  lines: [],
})
