import { checkExpressions } from './check-expressions.ts'
import type { YamlReader } from './yaml-reader.ts'

const otherSystem = /^(windows|macos)\b/i

/** Why a label cannot be had of this machine alone; nothing when it can. Labels of Linux and of runners of one's own all mean it. */
export function unfitMachine(label: string): string | undefined {
  return otherSystem.test(label) ? `expected runs-on to fit this machine (Linux), got "${label}"` : undefined
}

/** Answers with the labels as written: whether they can be had, whoever executes the job knows. */
export function checkRunsOn(reader: YamlReader, node: unknown): string[] {
  checkExpressions(reader, node, 'job.runs-on')
  if (reader.isEmpty(node)) reader.find(reader.at(node), 'expected runs-on to name a machine, got nothing')
  return Array.from(reader.textsBelow(node), ({ text }) => text)
}
