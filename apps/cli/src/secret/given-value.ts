import { longestValueBytes } from '@gantry/core/secret'
import { CalledWrongly } from '../command/called-wrongly.ts'
import type { Host } from '../host.ts'

/**
 * A value that stands in no history and no list of processes: typed by a person who does not see it, or from the standard
 * input. One line end behind it is that of `echo`, not of the value.
 */
export async function hiddenValue(host: Host, name: string, command: string): Promise<string> {
  const value = host.isInteractive ? await host.askHidden(`${name}: `) : textOf(await host.readInput())
  if (value !== '') return value
  throw new CalledWrongly(
    `expected the value of ${name} on the standard input, got nothing`,
    `Type it when asked, or: gantry ${command} set ${name} < file`,
  )
}

/** What is given as a name is shown when it is wrong; a value in its place must not be. */
export function requireName(name: string | undefined, command: string): string {
  if (!name) throw new CalledWrongly('expected a name, got none', `See \`gantry ${command} --help\`.`)
  if (!name.includes('=')) return name
  throw new CalledWrongly(
    'expected a name alone: what follows "=" is in the history of your shell now',
    `Type \`gantry ${command} set ${name.slice(0, name.indexOf('='))}\`, and the value when asked.`,
  )
}

function textOf(bytes: Buffer): string {
  if (bytes.length > longestValueBytes + 2)
    throw new CalledWrongly(`expected at most ${longestValueBytes} bytes, got ${bytes.length}`)
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  try {
    return text.decode(bytes).replace(/\r?\n$/, '')
  } catch {
    throw new CalledWrongly('expected text in UTF-8, got other bytes', 'Encode them, as by `base64 < file`.')
  }
}
