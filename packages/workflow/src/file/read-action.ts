import { GantryError } from '@gantry/core/errors'
import { checkCondition, checkExpressions } from './check-expressions.ts'
import { type ParsedYaml, parseYaml } from './parse-yaml.ts'
import { readCompositeSteps } from './read-step.ts'
import type { StepSpec } from './workflow.ts'
import { YamlReader } from './yaml-reader.ts'

export interface ActionInput {
  default?: string
  required: boolean
}

/** A local action: a list of steps, or a program for Node. */
export type LocalAction = { name: string; inputs: Record<string, ActionInput> } & (
  | { kind: 'composite'; steps: StepSpec[]; outputs: Record<string, string> }
  | { kind: 'node'; main: string; pre?: string; preIf?: string; post?: string; postIf?: string }
)

/** Reads `action.yml`; refuses what is wrong with it, with file and line. */
export function readAction(path: string, text: string, parsed: ParsedYaml = parseYaml(text)): LocalAction {
  const reader = new YamlReader(parsed)
  const parts = reader.findings.length > 0 ? undefined : readParts(reader)
  const [finding] = [...reader.findings, ...reader.unsupported]
  if (finding !== undefined || parts === undefined) {
    const code = reader.findings.length > 0 ? 'WORKFLOW_INVALID' : 'WORKFLOW_UNSUPPORTED'
    throw new GantryError(code, `${path}:${finding?.line}:${finding?.column}: ${finding?.message}`, { path })
  }
  return parts
}

function readParts(reader: YamlReader): LocalAction | undefined {
  let name = ''
  let inputs: Record<string, ActionInput> = {}
  let outputs: Record<string, string> = {}
  let runs: unknown
  const known = ['name', 'description', 'author', 'inputs', 'outputs', 'runs', 'branding']
  for (const { key, value } of reader.entries(reader.root, 'an action', known)) {
    if (key === 'name') name = reader.text(value, key)
    if (key === 'inputs' && !reader.isEmpty(value)) {
      inputs = Object.fromEntries(
        reader.entries(value, key).map(entry => [entry.key.toLowerCase(), readInput(reader, entry.value)]),
      )
    }
    if (key === 'outputs' && !reader.isEmpty(value)) {
      outputs = Object.fromEntries(
        reader.entries(value, key).map(entry => [entry.key, readOutput(reader, entry.value)]),
      )
    }
    if (key === 'runs') runs = value
  }
  if (runs === undefined) {
    reader.find({ line: 1, column: 1 }, 'expected an action to have "runs", got none')
    return undefined
  }
  return readRuns(reader, runs, { name, inputs }, outputs)
}

function readRuns(
  reader: YamlReader,
  node: unknown,
  head: { name: string; inputs: Record<string, ActionInput> },
  outputs: Record<string, string>,
): LocalAction | undefined {
  const runs = new Map(reader.entries(node, 'runs').map(({ key, value }) => [key, value]))
  const using = reader.text(runs.get('using'), 'runs.using')
  const textOf = (key: string): string | undefined => (runs.has(key) ? reader.text(runs.get(key), key) : undefined)
  if (using === 'composite')
    return { ...head, kind: 'composite', steps: readCompositeSteps(reader, runs.get('steps')), outputs }
  if (/^node\d+$/.test(using)) {
    const [main = '', pre, post] = ['main', 'pre', 'post'].map(textOf)
    if (main === '') reader.find(reader.at(node), 'expected runs to have "main", got none')
    return {
      ...head,
      kind: 'node',
      main,
      ...(pre === undefined ? {} : { pre }),
      ...(post === undefined ? {} : { post }),
      ...conditions(reader, runs),
    }
  }
  reader.refuse(node, `expected runs.using to be composite or node24, got "${using}"`)
  return undefined
}

function conditions(reader: YamlReader, runs: Map<string, unknown>): { preIf?: string; postIf?: string } {
  const read = (key: string): string | undefined => {
    if (!runs.has(key)) return undefined
    checkCondition(reader, runs.get(key), 'action.step.if')
    return reader.text(runs.get(key), key)
  }
  const [preIf, postIf] = ['pre-if', 'post-if'].map(read)
  return { ...(preIf === undefined ? {} : { preIf }), ...(postIf === undefined ? {} : { postIf }) }
}

function readInput(reader: YamlReader, node: unknown): ActionInput {
  const input: ActionInput = { required: false }
  if (reader.isEmpty(node)) return input
  for (const { key, value } of reader.entries(node, 'an input')) {
    if (key === 'default') {
      input.default = reader.text(value, key)
      checkExpressions(reader, value, 'action.input')
    }
    if (key === 'required') input.required = reader.text(value, key) === 'true'
  }
  return input
}

function readOutput(reader: YamlReader, node: unknown): string {
  if (reader.isEmpty(node)) return ''
  const value = reader.entries(node, 'an output', ['description', 'value']).find(({ key }) => key === 'value')
  if (value === undefined) return ''
  checkExpressions(reader, value.value, 'action.output')
  return reader.text(value.value, 'value')
}
