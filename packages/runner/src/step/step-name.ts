import type { StepSpec } from '@gantry/workflow'

/** What is shown for a step without a name. */
export function stepName(spec: StepSpec): string {
  return spec.name ?? `Run ${spec.uses ?? spec.run?.trim().split('\n')[0] ?? ''}`
}
