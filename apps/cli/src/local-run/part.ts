import { findStep } from '@gantry/runner/local'
import type { Workflow } from '@gantry/workflow'
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'

/** Which part of a workflow was asked for. */
export interface Part {
  job: string | undefined
  /** Place of the only step, from 0. */
  step: number | undefined
  /** Go on with the run that failed last. */
  fromFailed: boolean
}

/** @throws CalledWrongly for options that --from-failed has from the failed run; GantryError for an unknown step */
export function partOf(call: Call, workflow: Workflow, fixed: readonly string[]): Part {
  const fromFailed = call.flag('fromFailed')
  const step = call.text('step')
  const beside = ['job', 'step', ...fixed].find(
    name => call.text(name) !== undefined || call.flag(name) || call.list(name).length > 0,
  )
  if (fromFailed && beside !== undefined) {
    const option = beside.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
    throw new CalledWrongly(
      `--from-failed: expected no --${option} beside it`,
      'It runs what the failed run was asked for, with its event and inputs.',
    )
  }
  if (step === undefined) return { job: call.text('job'), step: undefined, fromFailed }
  return { ...findStep(workflow, step, call.text('job')), fromFailed }
}
