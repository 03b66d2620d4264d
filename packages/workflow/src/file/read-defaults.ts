import type { ExpressionPlace } from '../expression/availability.ts'
import { checkExpressions } from './check-expressions.ts'
import type { Concurrency, RunDefaults } from './workflow.ts'
import type { YamlReader } from './yaml-reader.ts'

/** `defaults:` of a workflow or a job; only `run` exists. */
export function readDefaults(reader: YamlReader, node: unknown, place: ExpressionPlace): RunDefaults {
  const defaults: RunDefaults = {}
  for (const { value } of reader.entries(node, 'defaults', ['run'])) {
    for (const entry of reader.entries(value, 'defaults.run', ['shell', 'working-directory'])) {
      if (entry.key === 'shell') defaults.shell = reader.text(entry.value, 'shell')
      if (entry.key === 'working-directory') defaults.workingDirectory = reader.text(entry.value, 'working-directory')
    }
    checkExpressions(reader, value, place)
  }
  return defaults
}

/** `concurrency:` as a group or a mapping. Holding back and cancelling other runs is the part of whoever keeps them. */
export function readConcurrency(reader: YamlReader, node: unknown, place: ExpressionPlace): Concurrency {
  checkExpressions(reader, node, place)
  if (!reader.isMap(node)) return { group: reader.text(node, 'concurrency'), cancelInProgress: false }
  const concurrency: Concurrency = { group: '', cancelInProgress: false }
  for (const { key, value } of reader.entries(node, 'concurrency', ['group', 'cancel-in-progress', 'queue'])) {
    if (key === 'group') concurrency.group = reader.text(value, 'group')
    if (key === 'cancel-in-progress') concurrency.cancelInProgress = readSwitch(reader, value, key)
    if (key === 'queue') concurrency.queue = readQueue(reader, value)
  }
  if (concurrency.queue === 'max' && concurrency.cancelInProgress === true) {
    reader.find(reader.at(node), 'expected "queue: max" or "cancel-in-progress: true", got both')
  }
  if (concurrency.group === '') reader.find(reader.at(node), 'expected concurrency to have a "group", got none')
  return concurrency
}

/** New in 2026-05: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#concurrency */
function readQueue(reader: YamlReader, node: unknown): 'single' | 'max' {
  const queue = reader.text(node, 'queue')
  if (queue === 'single' || queue === 'max') return queue
  reader.find(reader.at(node), `expected queue to be single or max, got "${queue}"`)
  return 'single'
}

/** true, false, or one expression. */
export function readSwitch(reader: YamlReader, node: unknown, what: string): string | boolean {
  const value = reader.scalar(node, what)
  if (typeof value === 'boolean') return value
  if (typeof value === 'string' && value.includes('${{')) return value
  reader.find(reader.at(node), `expected ${what} to be true, false or an expression, got ${JSON.stringify(value)}`)
  return false
}

/** A number above zero, or one expression. */
export function readNumber(reader: YamlReader, node: unknown, what: string): string | number {
  const value = reader.scalar(node, what)
  if (typeof value === 'number' && value > 0) return value
  if (typeof value === 'string' && value.includes('${{')) return value
  reader.find(reader.at(node), `expected ${what} to be a number above 0 or an expression, got ${JSON.stringify(value)}`)
  return 1
}
