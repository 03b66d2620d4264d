import { stripVTControlCharacters } from 'node:util'
import type { ServiceLine } from '@gantry/core'
import { LogLevel } from '@gantry/core'
import { cleanJson, cleanText } from '../text/clean.ts'

/** pino's numbers: https://getpino.io/#/docs/api?id=loggerlevels-object */
const numbers: [number, LogLevel][] = [
  [60, 'fatal'],
  [50, 'error'],
  [40, 'warn'],
  [30, 'info'],
  [20, 'debug'],
]
const words: Record<string, LogLevel> = {
  warning: 'warn',
  err: 'error',
  critical: 'fatal',
  notice: 'info',
  verbose: 'debug',
  silly: 'trace',
}

/**
 * Reads one line a service wrote. A JSON object gives level, message and fields, whichever of the usual names it uses;
 * anything else is the message, its level guessed by its first words and by the stream it came from.
 */
export function readServiceLine(
  text: string,
  stream: 'stdout' | 'stderr',
): Pick<ServiceLine, 'level' | 'message' | 'fields'> {
  const line = plain(text)
  return readJson(line) ?? { level: levelInCutJson(line) ?? guessed(line, stream), message: line, fields: {} }
}

/** Without colours. What JSON says in escapes has to pass here once more. */
const plain = (text: string): string => cleanText(stripVTControlCharacters(text))

function readJson(line: string): Pick<ServiceLine, 'level' | 'message' | 'fields'> | null {
  if (!line.startsWith('{')) return null
  try {
    const value: unknown = JSON.parse(line)
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return null
    const { level, severity, msg, message, ...fields } = value as Record<string, unknown>
    const said = [msg, message].find(text => typeof text === 'string')
    return {
      level: levelOf(level ?? severity),
      message: typeof said === 'string' ? plain(said) : line,
      fields: cleanJson(fields) as Record<string, unknown>,
    }
  } catch {
    // Not JSON after all: a line that happens to start with a brace is still a line.
    return null
  }
}

/** A JSON line that was cut is none any more, but says its level near its beginning, as every logger writes it. */
function levelInCutJson(line: string): LogLevel | null {
  if (!line.startsWith('{')) return null
  const [, word, digits] = /"(?:level|severity)"\s*:\s*(?:"(\w+)"|(\d+))/.exec(line.slice(0, headChars)) ?? []
  return word === undefined && digits === undefined ? null : levelOf(word ?? Number(digits))
}

const headChars = 4_096

function levelOf(value: unknown): LogLevel {
  if (typeof value === 'number') return numbers.find(([least]) => value >= least)?.[1] ?? 'trace'
  const word = String(value ?? 'info').toLowerCase()
  const known = LogLevel.safeParse(word)
  return known.success ? known.data : Object.hasOwn(words, word) ? (words[word] ?? 'info') : 'info'
}

function guessed(line: string, stream: 'stdout' | 'stderr'): LogLevel {
  const word = /^\W*(fatal|panic|error|warn(?:ing)?|info|debug|trace|\w*Error:)/i.exec(line)?.[1]?.toLowerCase()
  if (word === undefined) return stream === 'stderr' ? 'warn' : 'info'
  if (word.endsWith('error:') || word === 'error') return 'error'
  if (word === 'panic') return 'fatal'
  return levelOf(word)
}
