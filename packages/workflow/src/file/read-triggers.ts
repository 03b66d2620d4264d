import { checkExpressions } from './check-expressions.ts'
import { cronFault } from './cron.ts'
import { didYouMean } from './nearest-word.ts'
import type { InputSpec, Trigger } from './workflow.ts'
import type { Entry, YamlReader } from './yaml-reader.ts'

/** https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows */
const events =
  'branch_protection_rule check_run check_suite create delete deployment deployment_status discussion discussion_comment fork gollum image_version issue_comment issues label merge_group milestone page_build project project_card project_column public pull_request pull_request_comment pull_request_review pull_request_review_comment pull_request_target push registry_package release repository_dispatch schedule status watch workflow_call workflow_dispatch workflow_run'.split(
    ' ',
  )
const filterKeys = ['types', 'branches', 'branches-ignore', 'tags', 'tags-ignore', 'paths', 'paths-ignore', 'workflows']
const inputKeys = ['description', 'deprecationMessage', 'required', 'default', 'type', 'options']
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
  if (!events.includes(event)) {
    reader.find(at, `expected "on" to name an event of GitHub, got "${event}"${didYouMean(event, events)}`)
  }
  return { event, at }
}

function readTrigger(reader: YamlReader, { key, at, value }: Entry): Trigger {
  const trigger: Trigger = { ...namedEvent(reader, key, value), at }
  if (!events.includes(key)) return trigger
  if (reader.isEmpty(value)) return trigger
  if (key === 'schedule') return { ...trigger, schedules: readSchedules(reader, value) }
  if (key === 'workflow_dispatch' || key === 'workflow_call') return { ...trigger, ...readCall(reader, value) }
  for (const entry of reader.entries(value, `on.${key}`, filterKeys)) readFilter(reader, trigger, entry)
  checkPairs(reader, trigger)
  return trigger
}

function readFilter(reader: YamlReader, trigger: Trigger, { key, value }: Entry): void {
  const words = reader.words(value, key)
  if (key === 'types') trigger.types = words
  if (key === 'branches') trigger.branches = words
  if (key === 'branches-ignore') trigger.branchesIgnore = words
  if (key === 'tags') trigger.tags = words
  if (key === 'tags-ignore') trigger.tagsIgnore = words
  if (key === 'paths') trigger.paths = words
  if (key === 'paths-ignore') trigger.pathsIgnore = words
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
      if (key === 'timezone') schedule.timezone = reader.text(value, 'timezone')
    }
    const fault = cronFault(schedule.cron)
    if (fault !== undefined) reader.find(reader.at(item), fault)
    return schedule
  })
}

/** `workflow_dispatch` may hold keys nobody knows, as on GitHub. */
function readCall(reader: YamlReader, node: unknown): Pick<Trigger, 'inputs' | 'outputs'> {
  const call: Pick<Trigger, 'inputs' | 'outputs'> = {}
  for (const { key, value } of reader.entries(node, 'the trigger')) {
    if (key === 'inputs' && !reader.isEmpty(value)) {
      call.inputs = Object.fromEntries(
        reader.entries(value, 'inputs').map(input => [input.key, readInput(reader, input)]),
      )
    }
    if (key === 'outputs' && !reader.isEmpty(value)) {
      checkExpressions(reader, value, 'workflow_call.outputs')
      call.outputs = Object.fromEntries(
        reader.entries(value, 'outputs').map(output => [output.key, readOutputValue(reader, output.value)]),
      )
    }
  }
  return call
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
