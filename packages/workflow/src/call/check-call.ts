import { didYouMean } from '@gantry/core/words'
import type { Call, Finding, Given, InputSpec, JobSpec, Templated, Workflow } from '../file/workflow.ts'

/** What of a call does not fit the workflow it calls, as far as the file itself tells. */
export function checkCall(spec: JobSpec, call: Call, called: Workflow): Finding[] {
  const trigger = called.on.find(({ event }) => event === 'workflow_call')
  const inputs = trigger?.inputs ?? {}
  const findings = checkNames(spec, call, call.inputs, inputs, 'input')
  for (const { name, value, at } of call.inputs) {
    const [known, input] = entryOf(inputs, name) ?? []
    const fault = known === undefined || isLater(value) ? undefined : inputFault(known, input, value)
    if (fault !== undefined) findings.push({ ...at, message: `${fault}, which ${call.path} takes` })
  }
  if (call.secrets === 'inherit') return findings
  return [...findings, ...checkNames(spec, call, call.secrets, trigger?.secrets ?? {}, 'secret')]
}

/** Why a value is none for an input; nothing when it is. Text takes any value, as on GitHub; a number no text. */
export function inputFault(name: string, input: InputSpec | undefined, value: unknown): string | undefined {
  const { type } = input ?? { type: 'string' }
  const fits = type === 'string' ? typeof value !== 'object' || value === null : typeof value === type
  return fits ? undefined : `expected input "${name}" to be a ${type}, got ${JSON.stringify(value)}`
}

/** Names are compared without regard to case, as on GitHub. */
export function entryOf<T>(table: Record<string, T>, name: string): [string, T] | undefined {
  return Object.entries(table).find(([known]) => known.toLowerCase() === name.toLowerCase())
}

function checkNames(
  spec: JobSpec,
  call: Call,
  given: Given[],
  known: Record<string, { required: boolean }>,
  what: 'input' | 'secret',
): Finding[] {
  const names = Object.keys(known)
  const unknown = given.filter(({ name }) => entryOf(known, name) === undefined)
  const missing = Object.entries(known)
    .filter(([, { required }]) => required)
    .filter(([name]) => !given.some(each => each.name.toLowerCase() === name.toLowerCase() && each.value !== null))
  return [
    ...unknown.map(({ name, at }) => ({
      ...at,
      message: `expected ${what}s of ${call.path} (${names.join(', ') || 'none'}), got "${name}"${didYouMean(name, names)}`,
    })),
    ...missing.map(([name]) => ({
      ...call.at,
      message: `expected job ${spec.key} to give the ${what} "${name}" that ${call.path} requires, got none`,
    })),
  ]
}

const isLater = (value: Templated): boolean => typeof value === 'string' && value.includes('${{')
