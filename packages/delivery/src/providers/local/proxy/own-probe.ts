import type { IncomingMessage } from 'node:http'
import { probeHeader } from '@gantry/core'

/**
 * Whether Gantry itself asks, by the mark its probes carry. Takes the mark off, for it is a secret; a service sees `1`
 * where it was right, and nothing where somebody made one up.
 */
export function takeProbeMark({ headers }: IncomingMessage, mark: string): boolean {
  const isOwn = headers[probeHeader] === mark
  if (isOwn) headers[probeHeader] = '1'
  else delete headers[probeHeader]
  return isOwn
}
