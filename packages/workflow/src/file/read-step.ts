import { checkCondition, checkExpressions } from './check-expressions.ts'
import { controlKeys, isControl, readControl, readId } from './read-control-step.ts'
import { readNumber, readSwitch } from './read-defaults.ts'
import { parseRemoteUses } from './remote-uses.ts'
import type { StepSpec } from './workflow.ts'
import type { Entry, YamlReader } from './yaml-reader.ts'

const keys = ['id', 'if', 'name', 'uses', 'run', 'with', 'env', 'working-directory', 'shell', 'continue-on-error']
const jobKeys = [...keys, 'timeout-minutes', 'background', ...controlKeys]

type Place = 'step' | 'action.step'

/** The steps of a job. */
export function readSteps(reader: YamlReader, node: unknown): StepSpec[] {
  const steps: StepSpec[] = []
  for (const item of reader.items(node, 'steps')) {
    if (reader.isMap(item) && reader.entries(item, 'a step').some(({ key }) => isControl(key)))
      readControl(reader, item, steps, readStep)
    else steps.push(readStep(reader, item))
  }
  return checked(reader, steps)
}

/** Those of a composite action: one after the other. */
export function readCompositeSteps(reader: YamlReader, node: unknown): StepSpec[] {
  const steps = reader.items(node, 'steps').map(item => readStep(reader, item, 'action.step'))
  return checked(reader, steps)
}

function checked(reader: YamlReader, steps: StepSpec[]): StepSpec[] {
  const seen = new Set<string>()
  for (const { id, at } of steps) {
    if (id === undefined) continue
    if (seen.has(id.toLowerCase())) reader.find(at, `expected every step id to be used once, got "${id}" again`)
    seen.add(id.toLowerCase())
  }
  return steps
}

function readStep(reader: YamlReader, node: unknown, place: Place = 'step'): StepSpec {
  const step: StepSpec = { at: reader.at(node), with: {}, env: {} }
  const entries = reader.entries(node, 'a step', place === 'step' ? jobKeys : keys)
  for (const { key, value } of entries) {
    readers[key]?.(step, reader, value, place)
    if (!['id', 'if', 'uses'].includes(key)) checkExpressions(reader, value, place)
  }
  if (step.run === undefined && step.uses === undefined)
    reader.find(step.at, 'expected a step to have "run" or "uses", got neither')
  if (step.run !== undefined && step.uses !== undefined)
    reader.find(step.at, 'expected a step to have "run" or "uses", got both')
  else checkKind(reader, step, entries)
  return step
}

/** Only actions are given inputs, and only scripts have a shell and a folder. */
function checkKind(reader: YamlReader, step: StepSpec, entries: Entry[]): void {
  const alien = step.run === undefined ? ['shell', 'working-directory'] : ['with']
  for (const { key, at } of entries) {
    if (!alien.includes(key)) continue
    const [has, wants] = step.run === undefined ? ['uses', 'run'] : ['run', 'uses']
    reader.find(at, `expected "${key}" in a step with "${wants}", got it beside "${has}"`)
  }
}

/** One reader per key of a step. */
const readers: Record<string, (step: StepSpec, reader: YamlReader, value: unknown, place: Place) => void> = {
  id: (step, reader, value) => {
    step.id = readId(reader, value)
  },
  if: (step, reader, value, place) => {
    step.if = reader.text(value, 'if')
    checkCondition(reader, value, `${place}.if`)
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
    // GitHub takes one expression for all inputs, as `fromJSON()` gives; inputs here are read by name.
    const isExpression = !reader.isMap(value) && !reader.isList(value) && reader.text(value, 'with').includes('${{')
    if (isExpression) reader.refuse(value, 'expected "with" as a mapping of inputs, got one expression for all of them')
    else step.with = reader.texts(value, 'with')
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
  },
  background: (step, reader, value) => {
    const background = reader.scalar(value, 'background')
    if (typeof background === 'boolean') step.background = background
    else reader.find(reader.at(value), `expected background to be true or false, got ${JSON.stringify(background)}`)
  },
  'continue-on-error': (step, reader, value) => {
    step.continueOnError = readSwitch(reader, value, 'continue-on-error')
  },
}

function checkUses(reader: YamlReader, node: unknown, uses: string): void {
  if (uses.startsWith('./') || uses.startsWith('../') || uses === '.') return
  if (uses.startsWith('$/')) {
    // As the runner has it: what `$/` names is always at the commit that runs.
    const isPath = !/[@\s]/.test(uses) && !uses.split('/').includes('..')
    if (!isPath) reader.find(reader.at(node), `expected $/path without a version or "..", got "${uses}"`)
    return
  }
  if (uses.startsWith('docker://')) {
    reader.refuse(node, `expected actions that run on this machine, got "${uses}", which needs Docker`)
  } else if (!uses.includes('@')) {
    reader.find(reader.at(node), `expected an action with a version, such as ${uses}@v4, got "${uses}"`)
  } else if (parseRemoteUses(uses) === undefined) {
    reader.find(reader.at(node), `expected an action as owner/name@version, ./path or $/path, got "${uses}"`)
  }
}
