import type { StepSpec } from '@gantry/workflow'
import { evaluateEnv } from '@gantry/workflow'
import type { Frame } from './frame.ts'
import type { StepInProgress } from './step-in-progress.ts'
import type { StepOutput } from './step-output.ts'

/** `uses:`. Built-in actions run in this process, local ones from the workspace, others from their store. Answers with an exit code. */
export async function runAction(
  frame: Frame,
  spec: StepSpec,
  step: StepInProgress,
  output: StepOutput,
  signal: AbortSignal,
): Promise<number> {
  const uses = spec.uses ?? ''
  const given = Object.fromEntries(
    Object.entries(evaluateEnv(spec.with, step.scope)).map(([name, value]) => [name.toLowerCase(), value]),
  )
  output.log(`##[group]Run ${uses}`)
  for (const [name, value] of Object.entries(given)) output.log(`  ${name}: ${value}`)
  output.log('##[endgroup]')
  // Loaded on first use: most files need few of these.
  if (uses.startsWith('.')) {
    const { runLocalAction } = await import('./run-local-action.ts')
    return runLocalAction(frame, { uses, given }, step, output, signal)
  }
  if (uses.startsWith('$/')) {
    const { runOwnAction } = await import('./run-local-action.ts')
    return runOwnAction(frame, { uses, given }, step, output, signal)
  }
  const { isRemote } = await import('../actions/remote/provide-actions.ts')
  if (isRemote(uses)) {
    const { runRemoteAction } = await import('./run-local-action.ts')
    return runRemoteAction(frame, { uses, given }, step, output, signal)
  }
  const { runBuiltIn } = await import('../actions/run-built-in.ts')
  await runBuiltIn(frame, { uses, given }, step, output, signal)
  return 0
}
