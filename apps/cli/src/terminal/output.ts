import type { Call } from '../command/call.ts'
import type { Host } from '../host.ts'
import { type Painter, painter } from './paint.ts'

/** Where a command says things: results on stdout, everything said on the way on stderr. */
export interface Output {
  isJson: boolean
  /** Colours of stdout. */
  paint: Painter
  /** One line of the result; not with `--json`. */
  print(line?: string): void
  /** One line beside the result: never in the way of what reads stdout. */
  note(line: string): void
  /** The result for programs; only with `--json`. */
  json(value: unknown): void
}

export function outputOf(call: Call, host: Host): Output {
  const isJson = call.flag('json')
  return {
    isJson,
    paint: painter(host.stdout, host.env),
    print(line = '') {
      if (!isJson) host.stdout.write(`${line}\n`)
    },
    note: line => host.stderr.write(`${line}\n`),
    json(value) {
      if (isJson) host.stdout.write(`${JSON.stringify(value)}\n`)
    },
  }
}
