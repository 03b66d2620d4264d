import { checkExpressions } from './check-expressions.ts'
import type { YamlReader } from './yaml-reader.ts'

const otherSystem = /^(windows|macos)\b/i

/** Why a label cannot be had here; nothing when it can. Labels of Linux and of runners of one's own all mean this machine. */
export function unfitMachine(label: string): string | undefined {
  return otherSystem.test(label) ? `expected runs-on to fit this machine (Linux), got "${label}"` : undefined
}

/** Answers with the labels as written. What an expression makes of them is known when the job is about to start. */
export function checkRunsOn(reader: YamlReader, node: unknown): string[] {
  checkExpressions(reader, node, 'job.runs-on')
  if (reader.isEmpty(node)) reader.find(reader.at(node), 'expected runs-on to name a machine, got nothing')
  const labels: string[] = []
  for (const { text, at } of reader.textsBelow(node)) {
    labels.push(text)
    const message = unfitMachine(text)
    if (message !== undefined) reader.unsupported.push({ ...at, message })
  }
  return labels
}
