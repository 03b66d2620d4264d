import { stripVTControlCharacters } from 'node:util'
import type { Failure, Place } from './test-result.ts'

const longest = 8_000

/** What a runner said of a failure, in parts: its words, its stack, and the first place in code that people wrote. */
export function failureOf(said: string): Failure {
  const text = stripVTControlCharacters(said).slice(0, longest)
  const lines = text.split('\n')
  const firstFrame = lines.findIndex(isFrame)
  const message = (firstFrame === -1 ? lines : lines.slice(0, firstFrame)).join('\n').trim()
  const stack = firstFrame === -1 ? '' : lines.slice(firstFrame).join('\n').trimEnd()
  const at = lines.flatMap(line => placeOf(line) ?? [])[0]
  return { message: message || 'failed', stack, ...(at ? { at } : {}) }
}

const isFrame = (line: string): boolean => /^\s*(at\s.+:\d+:\d+\)?|❯ .+:\d+:\d+)\s*$/.test(line)

/** `at f (file:///a/b.ts:3:9)`, `at /a/b.ts:3:9`, and Vitest's ` ❯ b.ts:3:9`; not node's own, not a dependency. */
function placeOf(line: string): Place | null {
  if (!isFrame(line)) return null
  const [, path, row, column] =
    /(?:\(|at (?:async )?|❯ (?:\S+ )?)((?:file:\/\/)?[^()\s][^()]*?):(\d+):(\d+)\)?\s*$/.exec(line) ?? []
  if (!path || /node_modules|^node:|^native$|^<anonymous>$/.test(path)) return null
  return { file: path.replace(/^file:\/\//, ''), line: Number(row), column: Number(column) }
}
