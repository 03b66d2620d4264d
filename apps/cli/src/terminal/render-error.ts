import { GantryError } from '@gantry/core/errors'
import { CommanderError } from 'commander'
import { CalledWrongly } from '../command/called-wrongly.ts'
import type { ExitCode } from '../command/command.ts'
import type { Host } from '../host.ts'
import { painter } from './paint.ts'
import { shown } from './table.ts'

/** `error CODE  message` and `hint: …`, or the same as JSON on stdout. Answers the exit code the catalogue gives. */
export function renderError(
  cause: unknown,
  host: Pick<Host, 'stdout' | 'stderr' | 'env'>,
  how: { isJson: boolean; command?: string | undefined },
): ExitCode {
  const error = known(cause)
  const hint = hintFor(cause, how.command) ?? error.hint
  if (how.isJson) {
    host.stdout.write(`${JSON.stringify({ error: { ...error.toJSON(), hint } })}\n`)
    return error.exitCode
  }
  const paint = painter(host.stderr, host.env)
  // A bug is reported with what led to it.
  if (error.code === 'INTERNAL' && error.cause instanceof Error) host.stderr.write(`${error.cause.stack}\n`)
  host.stderr.write(
    `${paint.red(`error ${error.code}`)}  ${error.message}\n${markedPlace(error)}${paint.dim('hint:')} ${hint}\n`,
  )
  return error.exitCode
}

const shownAround = 60

/** What was typed, with the place below it that makes no sense; nothing where it was no query. */
function markedPlace({ facts: { query, at, there } }: GantryError): string {
  if (typeof query !== 'string' || typeof at !== 'number') return ''
  const from = Math.max(0, at - shownAround)
  const length = Math.max(1, typeof there === 'string' ? there.length : 1)
  const line = query.slice(from, at + length + shownAround).replace(/\s/g, ' ')
  return `  ${shown(line)}\n  ${' '.repeat(at - from)}${'^'.repeat(Math.min(length, shownAround))}\n`
}

function known(cause: unknown): GantryError {
  if (cause instanceof GantryError) return cause
  if (cause instanceof CalledWrongly) return new GantryError('BAD_REQUEST', cause.message)
  if (cause instanceof CommanderError) return new GantryError('BAD_REQUEST', commanderWords(cause))
  const said = cause instanceof Error ? cause.message : String(cause)
  return new GantryError('INTERNAL', `something failed that should not have: ${said}`, {}, { cause })
}

/** Where the catalogue's hint for BAD_REQUEST would send a person to the HTTP API. */
function hintFor(cause: unknown, command: string | undefined): string | null {
  const isWrongly = cause instanceof CalledWrongly
  if (isWrongly && cause.hint !== null) return cause.hint
  if (!isWrongly && !(cause instanceof CommanderError)) return null
  const isAboutAll =
    (!isWrongly && cause.code === 'commander.unknownCommand') || command === undefined || command.startsWith('-')
  return `See \`gantry ${isAboutAll ? '' : `${command} `}--help\`.`
}

/** Commander's own words, without its `error: ` and on one line. What was typed too much may be a secret. */
const commanderWords = ({ code, message }: CommanderError): string =>
  message
    .replace(/^error: /, '')
    .replace(code === 'commander.excessArguments' ? /( but got \d+): .*/s : /^$/, '$1')
    .replace(/\n+/g, ' ')
    .trim()
