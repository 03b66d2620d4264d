import { GantryError } from '@gantry/core'
import { CommanderError } from 'commander'
import { CalledWrongly } from '../command/called-wrongly.ts'
import type { ExitCode } from '../command/command.ts'
import type { Host } from '../host.ts'
import { painter } from './paint.ts'

/** `error CODE  message` and `hint: …`, or the same as JSON on stdout. Answers the exit code the catalogue gives. */
export function renderError(
  cause: unknown,
  host: Pick<Host, 'stdout' | 'stderr' | 'env'>,
  how: { isJson: boolean; command?: string | undefined },
): ExitCode {
  const error = known(cause, how.command)
  if (how.isJson) {
    host.stdout.write(`${JSON.stringify({ error: error.toJSON() })}\n`)
    return error.exitCode
  }
  const paint = painter(host.stderr, host.env)
  // A bug is reported with what led to it.
  if (error.code === 'INTERNAL' && error.cause instanceof Error) host.stderr.write(`${error.cause.stack}\n`)
  host.stderr.write(`${paint.red(`error ${error.code}`)}  ${error.message}\n${paint.dim('hint:')} ${error.hint}\n`)
  return error.exitCode
}

function known(cause: unknown, command: string | undefined): GantryError {
  if (cause instanceof GantryError) return cause
  if (cause instanceof CommanderError) return calledWrongly(cause, command)
  const said = cause instanceof Error ? cause.message : String(cause)
  return new GantryError('INTERNAL', `something failed that should not have: ${said}`, {}, { cause })
}

/** Commander's own words, without its `error: ` and on one line. */
function calledWrongly({ code, message }: CommanderError, command: string | undefined): CalledWrongly {
  const said = message.replace(/^error: /, '').replace(/\n+/g, ' ').trim()
  const isAboutCommand = code === 'commander.unknownCommand' || command === undefined || command.startsWith('-')
  return new CalledWrongly(said, `See \`gantry ${isAboutCommand ? '' : `${command} `}--help\`.`)
}
