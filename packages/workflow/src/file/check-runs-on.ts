import { checkExpressions } from './check-expressions.ts'
import type { Entry, YamlReader } from './yaml-reader.ts'

const otherSystem = /^(windows|macos)\b/i

/** Why a label cannot be had here; nothing when it can. Labels of Linux and of runners of one's own all mean this machine. */
export function unfitMachine(label: string): string | undefined {
  return otherSystem.test(label) ? `expected runs-on to fit this machine (Linux), got "${label}"` : undefined
}

/** Answers with the labels as written. What the file itself says to be another system is refused, also by a matrix. */
export function checkRunsOn(reader: YamlReader, node: unknown, matrix: unknown): string[] {
  checkExpressions(reader, node, 'job.runs-on')
  if (reader.isEmpty(node)) reader.find(reader.at(node), 'expected runs-on to name a machine, got nothing')
  const labels: string[] = []
  for (const { text, at } of reader.textsBelow(node)) {
    labels.push(text)
    const message = unfitMachine(text)
    if (message !== undefined) reader.unsupported.push({ ...at, message })
    for (const [, key = ''] of text.matchAll(/\bmatrix\.([\w-]+)/g)) checkVector(reader, matrix, key)
  }
  return labels
}

/** Every value of `matrix.os` when `runs-on` asks for it, in its list and under `include`. */
function checkVector(reader: YamlReader, matrix: unknown, key: string): void {
  if (!reader.isMap(matrix)) return
  const entries = reader.entries(matrix, 'matrix')
  const added = entries.filter(entry => entry.key === 'include' && reader.isList(entry.value))
  const legs = added.flatMap(entry => reader.items(entry.value, 'include')).filter(leg => reader.isMap(leg))
  const ofLegs = legs.flatMap(leg => reader.entries(leg, 'include'))
  for (const { value } of [...entries, ...ofLegs].filter((entry: Entry) => entry.key === key)) {
    for (const { text, at } of reader.textsBelow(value)) {
      const message = unfitMachine(text)
      if (message !== undefined) reader.unsupported.push({ ...at, message })
    }
  }
}
