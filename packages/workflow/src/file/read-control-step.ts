import { didYouMean } from '@gantry/core/words'
import { checkExpressions } from './check-expressions.ts'
import { isIdentifier } from './identifier.ts'
import { readSwitch } from './read-defaults.ts'
import type { StepSpec } from './workflow.ts'
import type { Entry, YamlReader } from './yaml-reader.ts'

/**
 * Steps that order others, new in 2026-06. Each allows only the keys named here; `if` is not among them, they always run.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsbackground
 * and `wait-step`, `wait-all-step`, `cancel-step`, `parallel-step` in the schema of @actions/workflow-parser.
 */
export const controlKeys = ['wait', 'wait-all', 'cancel', 'parallel']
const usualKeys = ['name', 'id', 'continue-on-error']

type ReadStep = (reader: YamlReader, node: unknown) => StepSpec

export const isControl = (key: string): boolean => controlKeys.includes(key)

/** Adds what a control step comes to: one step, or for `parallel` its steps in the background and a wait behind them. */
export function readControl(reader: YamlReader, node: unknown, steps: StepSpec[], readStep: ReadStep): void {
  const written = reader.entries(node, 'a step').find(({ key }) => isControl(key))
  if (written === undefined) return
  const { key, value } = written
  const entries = reader.entries(node, `a step with ${key}`, key === 'parallel' ? [key] : [key, ...usualKeys])
  const step: StepSpec = { at: reader.at(node), with: {}, env: {} }
  for (const entry of entries) readUsual(step, reader, entry)
  const places = readers[key]?.(reader, value, steps, readStep) ?? []
  const kind = key === 'cancel' ? 'cancel' : 'wait'
  const names = places.map(place => nameOf(steps[place])).join(', ')
  const name = `${kind === 'cancel' ? 'Cancel' : 'Wait for'} ${names || 'background steps'}`
  steps.push({ name, ...step, control: { kind, steps: places } })
}

/** What a step is called by steps that wait for it. */
export function nameOf(step: StepSpec | undefined): string {
  return step?.id ?? step?.name ?? step?.uses ?? step?.run?.trim().split('\n')[0] ?? ''
}

/** Which steps are waited for or ended, by the key that says so. */
const readers: Record<string, (reader: YamlReader, value: unknown, steps: StepSpec[], readStep: ReadStep) => number[]> =
  {
    wait: (reader, value, steps) => {
      const items = reader.isList(value) ? reader.items(value, 'wait') : [value]
      if (items.length === 0) reader.find(reader.at(value), 'expected wait to name at least one step, got none')
      return items.flatMap(item => placeOf(reader, item, 'wait', steps))
    },
    'wait-all': (reader, value, steps) => {
      const all = reader.isEmpty(value) ? true : reader.scalar(value, 'wait-all')
      if (all !== true)
        reader.find(reader.at(value), `expected wait-all to be empty or true, got ${JSON.stringify(all)}`)
      return steps.flatMap(({ background }, place) => (background ? [place] : []))
    },
    cancel: (reader, value, steps) => placeOf(reader, value, 'cancel', steps),
    parallel: (reader, value, steps, readStep) => {
      const items = reader.items(value, 'parallel')
      if (reader.isList(value) && items.length === 0)
        reader.find(reader.at(value), 'expected parallel to hold at least one step, got none')
      const first = steps.length
      for (const item of items) steps.push({ ...readStep(reader, checkedMember(reader, item)), background: true })
      return items.map((_, i) => first + i)
    },
  }

function checkedMember(reader: YamlReader, node: unknown): unknown {
  for (const { key, at } of reader.isMap(node) ? reader.entries(node, 'a step') : []) {
    if (isControl(key) || key === 'background') {
      reader.find(at, `expected the steps of parallel to have "run" or "uses", got "${key}"`)
    }
  }
  return node
}

function placeOf(reader: YamlReader, node: unknown, what: string, steps: StepSpec[]): number[] {
  const name = reader.text(node, what)
  const place = steps.findIndex(({ id, background }) => background && id?.toLowerCase() === name.toLowerCase())
  if (place >= 0) return [place]
  const known = steps.flatMap(({ id, background }) => (background && id !== undefined ? [id] : []))
  reader.find(
    reader.at(node),
    `expected ${what} to name a background step before it (${known.join(', ') || 'none has an id'}), got "${name}"${didYouMean(name, known)}`,
  )
  return []
}

function readUsual(step: StepSpec, reader: YamlReader, { key, value }: Entry): void {
  if (key === 'id') step.id = readId(reader, value)
  if (key === 'name') {
    step.name = reader.text(value, key)
    checkExpressions(reader, value, 'step')
  }
  if (key === 'continue-on-error') {
    step.continueOnError = readSwitch(reader, value, key)
    checkExpressions(reader, value, 'step')
  }
}

export function readId(reader: YamlReader, node: unknown): string {
  const id = reader.text(node, 'id')
  if (!isIdentifier(id))
    reader.find(
      reader.at(node),
      `expected a step id of at most 100 letters, digits, - and _, without __ in front, got "${id}"`,
    )
  return id
}
