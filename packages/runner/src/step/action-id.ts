import type { StepSpec } from '@gantry/workflow'

/**
 * `github.action`: the id of a step, else what GitHub's runner calls it: `__run`, `__actions_checkout`, `__self` for an action
 * of the repository, numbered from the second of a name on.
 */
export function actionId(steps: readonly StepSpec[], place: number): string {
  const step = steps[place]
  if (step === undefined) return ''
  if (step.id !== undefined) return step.id
  const name = nameOf(step)
  const before = steps.slice(0, place).filter(each => each.id === undefined && nameOf(each) === name).length
  return before === 0 ? name : `${name}_${before + 1}`
}

function nameOf({ uses }: StepSpec): string {
  if (uses === undefined) return '__run'
  if (/^(\.|\$\/)/.test(uses)) return '__self'
  return `__${uses.replace(/@.*$/s, '').replace(/[^A-Za-z0-9_-]+/g, '_')}`
}
