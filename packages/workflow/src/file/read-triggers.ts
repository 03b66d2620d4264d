import { didYouMean } from '@gantry/core/words'
import { checkExpressions } from './check-expressions.ts'
import { cronFault } from './cron.ts'
import { eventNames, filterKeysOf, isIgnoredFilter, typesOf } from './github-events.ts'
import type { InputSpec, Trigger } from './workflow.ts'
import type { Entry, YamlReader } from './yaml-reader.ts'

const inputKeys = ['description', 'deprecationMessage', 'required', 'default', 'type', 'options']
/** https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#onworkflow_dispatchinputs */
const MAX_DISPATCH_INPUTS = 25
const inputTypes = ['string', 'boolean', 'number', 'choice', 'environment'] as const

/** `on:` in its three forms: one event, a list, a mapping with filters. */
export function readTriggers(reader: YamlReader, node: unknown): Trigger[] {
  if (!reader.isMap(node)) {
    const named = reader.isList(node) ? reader.items(node, 'on') : [node]
    return named.map(item => namedEvent(reader, reader.text(item, 'an event'), item))
  }
  return reader.entries(node, 'on').map(entry => readTrigger(reader, entry))
}

function namedEvent(reader: YamlReader, event: string, node: unknown): Trigger {
  const at = reader.at(node)
  if (!eventNames.includes(event)) {
    reader.find(at, `expected "on" to name an event of GitHub, got "${event}"${didYouMean(event, eventNames)}`)
  }
  return { event, at }
}

function readTrigger(reader: YamlReader, { key, at, value }: Entry): Trigger {
  const trigger: Trigger = { ...namedEvent(reader, key, value), at }
  if (!eventNames.includes(key)) return trigger
  if (key === 'schedule' && reader.isEmpty(value))
    reader.find(at, 'expected schedule to be a list of times, got nothing')
  if (reader.isEmpty(value) && key !== 'workflow_run') return trigger
  if (key === 'schedule') return { ...trigger, schedules: readSchedules(reader, value) }
  if (key === 'workflow_dispatch') {
    const offer = readOffer(reader, value)
    const count = Object.keys(offer.inputs ?? {}).length
    if (count > MAX_DISPATCH_INPUTS) {
      reader.find(at, `expected workflow_dispatch to have at most ${MAX_DISPATCH_INPUTS} inputs, got ${count}`)
    }
    return { ...trigger, ...offer }
  }
  if (key === 'workflow_call') return { ...trigger, ...readCallable(reader, value) }
  readFilters(reader, trigger, value)
  checkPairs(reader, trigger)
  if (key === 'workflow_run' && trigger.workflows === undefined)
    reader.find(at, 'expected workflow_run to name "workflows", got none')
  return trigger
}

function readFilters(reader: YamlReader, trigger: Trigger, node: unknown): void {
  const known = filterKeysOf(trigger.event)
  const what = `on.${trigger.event}`
  for (const entry of reader.entries(node, what)) {
    if (known.includes(entry.key)) readFilter(reader, trigger, entry)
    else if (!isIgnoredFilter(trigger.event, entry.key)) {
      const wanted =
        known.length > 0
          ? `one of ${known.join(', ')} in ${what}`
          : `${what} to have no filters, for GitHub has none for it`
      reader.find(entry.at, `expected ${wanted}, got "${entry.key}"${didYouMean(entry.key, known)}`)
    }
  }
}

function readFilter(reader: YamlReader, trigger: Trigger, { key, value }: Entry): void {
  if (key === 'types') {
    trigger.types = readTypes(reader, trigger.event, value)
    return
  }
  if (reader.isEmpty(value)) reader.find(reader.at(value), `expected ${key} to hold texts, got nothing`)
  const words = reader.words(value, key)
  if (key === 'names') trigger.names = words
  if (key === 'versions') trigger.versions = words
  if (key === 'branches') trigger.branches = words
  if (key === 'branches-ignore') trigger.branchesIgnore = words
  if (key === 'tags') trigger.tags = words
  if (key === 'tags-ignore') trigger.tagsIgnore = words
  if (key === 'paths') trigger.paths = words
  if (key === 'paths-ignore') trigger.pathsIgnore = words
  if (key === 'workflows') trigger.workflows = words
}

/** A type GitHub does not know would never start anything; it refuses the file. */
function readTypes(reader: YamlReader, event: string, node: unknown): string[] {
  const known = typesOf(event)
  const items = reader.isList(node) ? reader.items(node, 'types') : [node]
  return items.map(item => {
    const type = reader.text(item, 'each of types')
    if (known !== undefined && !known.includes(type) && !reader.isMap(item)) {
      const expected = `expected types of ${event} to be among ${known.join(', ')}`
      reader.find(reader.at(item), `${expected}, got "${type}"${didYouMean(type, known)}`)
    }
    return type
  })
}

function checkPairs(reader: YamlReader, trigger: Trigger): void {
  const pairs = [
    ['branches', trigger.branches, trigger.branchesIgnore],
    ['tags', trigger.tags, trigger.tagsIgnore],
    ['paths', trigger.paths, trigger.pathsIgnore],
  ] as const
  for (const [name, only, ignore] of pairs) {
    if (only !== undefined && ignore !== undefined) {
      reader.find(
        trigger.at,
        `expected ${name} or ${name}-ignore for ${trigger.event}, got both; use "!" patterns instead`,
      )
    }
  }
}

function readSchedules(reader: YamlReader, node: unknown): { cron: string; timezone?: string }[] {
  return reader.items(node, 'schedule').map(item => {
    const schedule: { cron: string; timezone?: string } = { cron: '' }
    for (const { key, value } of reader.entries(item, 'a schedule', ['cron', 'timezone'])) {
      if (key === 'cron') schedule.cron = reader.text(value, 'cron')
      if (key === 'timezone') schedule.timezone = readTimezone(reader, value)
    }
    const fault = cronFault(schedule.cron)
    if (fault !== undefined) reader.find(reader.at(item), fault)
    return schedule
  })
}

function readTimezone(reader: YamlReader, node: unknown): string {
  const name = reader.text(node, 'timezone')
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
  } catch {
    reader.find(reader.at(node), `expected timezone to be a name such as Europe/Berlin, got "${name}"`)
  }
  return name
}

/** `workflow_dispatch` may hold keys nobody knows, as on GitHub. */
function readOffer(reader: YamlReader, node: unknown): Pick<Trigger, 'inputs' | 'outputs' | 'secrets'> {
  const offer: Pick<Trigger, 'inputs' | 'outputs' | 'secrets'> = {}
  for (const { key, value } of reader.entries(node, 'the trigger')) {
    if (reader.isEmpty(value)) continue
    if (key === 'inputs') offer.inputs = readEach(reader, value, key, input => readInput(reader, input))
    if (key === 'outputs') {
      checkExpressions(reader, value, 'workflow_call.outputs')
      offer.outputs = readEach(reader, value, key, output => readOutputValue(reader, output.value))
    }
    if (key === 'secrets') offer.secrets = readEach(reader, value, key, secret => readSecret(reader, secret))
  }
  return offer
}

/** What a workflow takes and gives when another one calls it; its inputs have to say their type. */
function readCallable(reader: YamlReader, node: unknown): Pick<Trigger, 'inputs' | 'outputs' | 'secrets'> {
  for (const { key, value } of reader.entries(node, 'on.workflow_call', ['inputs', 'outputs', 'secrets'])) {
    if (key !== 'inputs' || reader.isEmpty(value)) continue
    for (const input of reader.entries(value, key)) checkCallInput(reader, input)
  }
  return readOffer(reader, node)
}

const callTypes = ['string', 'boolean', 'number']

function checkCallInput(reader: YamlReader, { key: name, at, value: node }: Entry): void {
  const fields = reader.isMap(node) ? reader.entries(node, `input ${name}`) : []
  const type = fields.find(({ key }) => key === 'type')
  const word = type && reader.text(type.value, 'type')
  if (word === undefined || !callTypes.includes(word)) {
    const got = word === undefined ? 'none' : `"${word}"`
    reader.find(type?.at ?? at, `expected input ${name} to have a type of ${callTypes.join(', ')}, got ${got}`)
    return
  }
  const usual = fields.find(({ key }) => key === 'default')
  if (usual === undefined) return
  checkExpressions(reader, usual.value, 'workflow_call.inputs.default')
  const value = reader.scalar(usual.value, 'default')
  if (word === 'string' || value === null || typeof value === word || String(value).includes('${{')) return
  reader.find(
    reader.at(usual.value),
    `expected the default of input ${name} to be a ${word}, got ${JSON.stringify(value)}`,
  )
}

function readEach<T>(reader: YamlReader, node: unknown, what: string, read: (entry: Entry) => T): Record<string, T> {
  return Object.fromEntries(reader.entries(node, what).map(entry => [entry.key, read(entry)]))
}

function readSecret(reader: YamlReader, { key: name, value: node }: Entry): { required: boolean } {
  if (reader.isEmpty(node)) return { required: false }
  const fields = reader.entries(node, `secret ${name}`, ['description', 'required'])
  const required = fields.find(({ key }) => key === 'required')
  return { required: required !== undefined && reader.scalar(required.value, 'required') === true }
}

function readOutputValue(reader: YamlReader, node: unknown): string {
  const value = reader.entries(node, 'an output', ['description', 'value']).find(({ key }) => key === 'value')
  return value === undefined ? '' : reader.text(value.value, 'value')
}

function readInput(reader: YamlReader, { key: name, value: node }: Entry): InputSpec {
  const input: InputSpec = { type: 'string', required: false }
  if (reader.isEmpty(node)) return input
  for (const { key, value } of reader.entries(node, `input ${name}`, inputKeys)) {
    if (key === 'description') input.description = reader.text(value, key)
    if (key === 'required') input.required = reader.scalar(value, key) === true
    if (key === 'options') input.options = reader.words(value, key)
    if (key === 'default') input.default = reader.scalar(value, key) ?? ''
    if (key === 'type') {
      const type = inputTypes.find(known => known === reader.text(value, key))
      if (type === undefined) {
        reader.find(reader.at(value), `expected type to be ${inputTypes.join(', ')}, got "${reader.text(value, key)}"`)
      } else input.type = type
    }
  }
  return input
}
