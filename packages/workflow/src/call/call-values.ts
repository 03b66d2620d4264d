import { evaluateTree } from '../expression/evaluate-tree.ts'
import { evaluateTemplate, type Scope, toText } from '../expression/expression.ts'
import type { Call, InputSpec, Workflow } from '../file/workflow.ts'
import { entryOf, inputFault } from './check-call.ts'

/**
 * The `inputs` of a called workflow: what the caller gives, then defaults.
 *
 * @param scope of the job that calls
 * @throws Error that names the place of a value of another type than the input has
 */
export function callInputs(caller: Workflow, call: Call, called: Workflow, scope: Scope): Record<string, unknown> {
  const specs = called.on.find(({ event }) => event === 'workflow_call')?.inputs ?? {}
  const given = new Map(
    call.inputs.flatMap(({ name, value, at }) => {
      const [known, input] = entryOf(specs, name) ?? []
      if (known === undefined || value === null) return []
      const evaluated = evaluateTree(value, scope)
      const fault = inputFault(known, input, evaluated)
      if (fault !== undefined) throw new Error(`${caller.path}:${at.line}:${at.column}: ${fault}`)
      return [[known, input?.type === 'string' ? toText(evaluated) : evaluated] as const]
    }),
  )
  const own: Scope = { contexts: { ...scope.contexts, inputs: Object.fromEntries(given) } }
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [
      name,
      given.has(name) ? given.get(name) : usualValue(name, spec, own),
    ]),
  )
}

function usualValue(name: string, spec: InputSpec, scope: Scope): unknown {
  if (spec.default === undefined || spec.default === '') {
    return spec.type === 'boolean' ? false : spec.type === 'number' ? 0 : ''
  }
  const value = typeof spec.default === 'string' ? evaluateTemplate(spec.default, scope) : spec.default
  const fault = inputFault(name, spec, value)
  if (fault !== undefined) throw new Error(`${fault} by default`)
  return spec.type === 'string' ? toText(value) : value
}

/** `outputs` of `on.workflow_call`, once its jobs are done; empty ones are left out, as those of jobs are. */
export function callOutputs(called: Workflow, scope: Scope): Record<string, string> {
  const templates = called.on.find(({ event }) => event === 'workflow_call')?.outputs ?? {}
  const values = Object.entries(templates).map(([name, template]) => [name, toText(evaluateTemplate(template, scope))])
  return Object.fromEntries(values.filter(([, value]) => value !== ''))
}
