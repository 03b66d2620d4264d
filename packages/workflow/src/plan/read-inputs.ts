import { GantryError } from '@gantry/core/errors'
import type { InputSpec, Workflow } from '../file/workflow.ts'

/** Inputs of a manual run: defaults filled in, types made right; a missing or impossible one is refused. */
export function readInputs(workflow: Workflow, event: string, given: Record<string, unknown>): Record<string, unknown> {
  const specs = workflow.on.find(trigger => trigger.event === event)?.inputs
  if (specs === undefined) return given
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(specs, name)) {
      throw refusal(workflow, `expected inputs among ${Object.keys(specs).join(', ')}, got "${name}"`)
    }
  }
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [name, inputOf(workflow, name, spec, given[name] ?? spec.default)]),
  )
}

function inputOf(workflow: Workflow, name: string, spec: InputSpec, value: unknown): unknown {
  const isGiven = value !== undefined && value !== null && value !== ''
  if (!isGiven && spec.required) throw refusal(workflow, `expected input "${name}", got nothing`)
  if (spec.type === 'boolean') {
    if (!isGiven) return false
    if (value === true || value === 'true') return true
    if (value === false || value === 'false') return false
    throw refusal(workflow, `expected input "${name}" to be true or false, got ${JSON.stringify(value)}`)
  }
  if (spec.type === 'number') {
    const number = Number(isGiven ? value : 0)
    if (Number.isNaN(number))
      throw refusal(workflow, `expected input "${name}" to be a number, got ${JSON.stringify(value)}`)
    return number
  }
  const text = isGiven ? String(value) : ''
  if (spec.type === 'choice' && isGiven && !(spec.options ?? []).includes(text)) {
    throw refusal(workflow, `expected input "${name}" to be ${(spec.options ?? []).join(', ')}, got "${text}"`)
  }
  return text
}

function refusal(workflow: Workflow, message: string): GantryError {
  return new GantryError('BAD_REQUEST', `${workflow.path}: ${message}`)
}
