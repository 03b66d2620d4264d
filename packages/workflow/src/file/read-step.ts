import { parseRemoteUses } from '../actions/remote/remote-uses.ts'
import { checkCondition, checkExpressions } from './check-expressions.ts'
import { readNumber, readSwitch } from './read-defaults.ts'
import type { StepSpec } from './workflow.ts'
import type { YamlReader } from './yaml-reader.ts'

const keys = [
  'id',
  'if',
  'name',
  'uses',
  'run',
  'with',
  'env',
  'working-directory',
  'shell',
  'continue-on-error',
  'timeout-minutes',
]
/** Steps that run beside each other, new on GitHub in 2026. */
const unsupportedKeys = ['background', 'wait', 'wait-all', 'cancel', 'parallel']

/** The steps of a job or of a composite action. */
export function readSteps(reader: YamlReader, node: unknown): StepSpec[] {
  const steps = reader.items(node, 'steps').map(item => readStep(reader, item))
  if (reader.isList(node) && steps.length === 0) reader.find(reader.at(node), 'expected at least one step, got none')
  const seen = new Set<string>()
  for (const { id, at } of steps) {
    if (id === undefined) continue
    if (seen.has(id.toLowerCase())) reader.find(at, `expected every step id to be used once, got "${id}" again`)
    seen.add(id.toLowerCase())
  }
  return steps
}

function readStep(reader: YamlReader, node: unknown): StepSpec {
  const step: StepSpec = { at: reader.at(node), with: {}, env: {} }
  for (const { key, value } of reader.entries(node, 'a step', [...keys, ...unsupportedKeys])) {
    readers[key]?.(step, reader, value)
    if (unsupportedKeys.includes(key)) {
      reader.refuse(value, `expected steps that run one after the other, got "${key}:"`)
      step.run = ''
    }
    if (!['id', 'if', 'uses', 'timeout-minutes', 'continue-on-error'].includes(key))
      checkExpressions(reader, value, 'step')
  }
  if (step.run === undefined && step.uses === undefined)
    reader.find(step.at, 'expected a step to have "run" or "uses", got neither')
  if (step.run !== undefined && step.uses !== undefined)
    reader.find(step.at, 'expected a step to have "run" or "uses", got both')
  return step
}

/** One reader per key of a step. */
const readers: Record<string, (step: StepSpec, reader: YamlReader, value: unknown) => void> = {
  id: (step, reader, value) => {
    step.id = reader.text(value, 'id')
    if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(step.id)) {
      reader.find(reader.at(value), `expected a step id of letters, digits, - and _, got "${step.id}"`)
    }
  },
  if: (step, reader, value) => {
    step.if = reader.text(value, 'if')
    checkCondition(reader, value, 'step.if')
  },
  name: (step, reader, value) => {
    step.name = reader.text(value, 'name')
  },
  run: (step, reader, value) => {
    step.run = reader.text(value, 'run')
  },
  uses: (step, reader, value) => {
    step.uses = reader.text(value, 'uses')
    checkUses(reader, value, step.uses)
  },
  with: (step, reader, value) => {
    step.with = reader.texts(value, 'with')
  },
  env: (step, reader, value) => {
    step.env = reader.isEmpty(value) ? {} : reader.value(value, 'env')
  },
  shell: (step, reader, value) => {
    step.shell = reader.text(value, 'shell')
    if (/^(pwsh|powershell|cmd)\b/.test(step.shell)) {
      reader.refuse(
        value,
        `expected a shell of this machine (bash, sh, node, python or a template), got "${step.shell}"`,
      )
    }
  },
  'working-directory': (step, reader, value) => {
    step.workingDirectory = reader.text(value, 'working-directory')
  },
  'timeout-minutes': (step, reader, value) => {
    step.timeoutMinutes = readNumber(reader, value, 'timeout-minutes')
    checkExpressions(reader, value, 'step')
  },
  'continue-on-error': (step, reader, value) => {
    step.continueOnError = readSwitch(reader, value, 'continue-on-error')
    checkExpressions(reader, value, 'step')
  },
}

function checkUses(reader: YamlReader, node: unknown, uses: string): void {
  if (uses.startsWith('./') || uses.startsWith('../') || uses === '.') return
  if (uses.startsWith('docker://')) {
    reader.refuse(node, `expected actions that run on this machine, got "${uses}", which needs Docker`)
  } else if (!uses.includes('@')) {
    reader.find(reader.at(node), `expected an action with a version, such as ${uses}@v4, got "${uses}"`)
  } else if (parseRemoteUses(uses) === undefined) {
    reader.find(reader.at(node), `expected an action as owner/name@version or ./path, got "${uses}"`)
  }
}
