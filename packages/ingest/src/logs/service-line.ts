import type { LogLevel, NewLine } from '@gantry/core'
import type { Scrubber } from '../scrub/scrub.ts'
import { cleanJson } from '../text/clean.ts'
import { levelOf } from './line-level.ts'
import { plainText, type ReadLine, readRecord } from './read-record.ts'
import { logfmtOf, readText } from './text-formats.ts'

type OutputLine = Pick<NewLine, 'at' | 'level' | 'message' | 'trace' | 'fields'>

/**
 * Reads one line a service wrote, when `receivedAt` was. A JSON object gives its time, level, message and fields, whichever of the
 * usual names it uses, and so does text in one of the usual formats; anything else is the message, its level guessed by its first
 * words and by the stream it came from. Whose line it is, Gantry knows better than the line. `json` scrubs what stands for a message
 * that is not there.
 */
export function readServiceLine(
  text: string,
  stream: 'stdout' | 'stderr',
  receivedAt: string,
  json: Scrubber['json'],
): OutputLine {
  const line = plainText(text)
  const read = readJson(line, receivedAt, json) ?? readPlain(line, receivedAt, json)
  return {
    at: read?.at ?? receivedAt,
    level:
      read?.level ?? levelInCutJson(line) ?? (line.startsWith('{') ? 'info' : guessed(read?.message ?? line, stream)),
    message: read?.message ?? line,
    trace: read?.trace ?? null,
    fields: read === null ? {} : fieldsOf(read),
  }
}

/** What it says of itself stays readable. */
const fieldsOf = ({ service, environment, release, fields }: Partial<ReadLine>): Record<string, unknown> => ({
  ...fields,
  ...(service && { service }),
  ...(environment && { environment }),
  ...(release && { release }),
})

function readPlain(line: string, receivedAt: string, json: Scrubber['json']): Partial<ReadLine> | null {
  const { pairs, ...read } = readText(line, receivedAt) ?? {}
  if (pairs !== undefined) return { ...read, message: logfmtOf(line, json(pairs)) }
  return read.message === undefined ? null : read
}

function readJson(line: string, receivedAt: string, json: Scrubber['json']): Partial<ReadLine> | null {
  if (!line.startsWith('{')) return null
  try {
    const value: unknown = JSON.parse(line)
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return null
    const read = readRecord(value as Record<string, unknown>, receivedAt)
    return { ...read, message: read.message ?? wholeOf(line, json(cleanJson(value))) }
  } catch {
    // Not JSON after all: a line that happens to start with a brace is still a line.
    return null
  }
}

/** As it was written, unless something was taken out of it. */
const wholeOf = (line: string, { value, scrubbed }: { value: unknown; scrubbed: object | null }): string =>
  scrubbed === null ? line : JSON.stringify(value)

/** A JSON line that was cut is none any more, but says its level near its beginning, as every logger writes it. */
function levelInCutJson(line: string): LogLevel | null {
  if (!line.startsWith('{')) return null
  const [, word, digits] = /"(?:level|severity)"\s*:\s*(?:"(\w+)"|(\d+))/.exec(line.slice(0, headChars)) ?? []
  return word === undefined && digits === undefined ? null : levelOf(word ?? Number(digits))
}

const headChars = 4_096

function guessed(line: string, stream: 'stdout' | 'stderr'): LogLevel {
  const word = /^\W*(Traceback \(|\w*Error:|fatal|panic|critical|error|warn(?:ing)?|info|debug|trace)/i
    .exec(line)?.[1]
    ?.toLowerCase()
  if (word === undefined) return stream === 'stderr' ? 'warn' : 'info'
  if (word.endsWith('error:') || word === 'error' || word.startsWith('traceback')) return 'error'
  return levelOf(word) ?? 'info'
}
