import { GantryError, type IntakeItem, type NewLine, type Scrubbed } from '@gantry/core'
import type { Sender } from '../protocols/define-protocol.ts'
import { type Scrubber, scrubberFor } from '../scrub/scrub.ts'
import { scrubLine, sumOf } from '../scrub/scrub-line.ts'
import { cleanText } from '../text/clean.ts'
import type { ReadLine } from './read-record.ts'

const mostChars = 65_536

/**
 * What stands for the message of a line that has none. What it says by name is scrubbed by `json`, which changes it in place, while the
 * names are told from the values: in the text of it they no longer are.
 */
export type Whole = (json: Scrubber['json']) => string

/** A line, scrubbed, as what the clients of logs call it. */
export function lineItem(read: ReadLine, sender: Sender, whole: Whole): IntakeItem {
  const { scrub } = sender.settings
  let inWhole: Scrubbed | null = null
  const message =
    read.message ??
    whole(value => {
      const cleared = scrubberFor(scrub).json(value)
      inWhole = cleared.scrubbed
      return cleared
    })
  const { line: fact, scrubbed: inLine } = scrubLine(newLine(read, sender, message), scrub)
  const scrubbed = sumOf(inWhole, inLine)
  return { sink: 'lines', category: 'log_item', fact, ...(scrubbed && { scrubbed }) }
}

/** A line as it is kept. The service of the key goes before what the line says of itself, which stays among its fields. */
function newLine(read: ReadLine, sender: Sender, message: string): NewLine {
  const said = read.service
  const service = sender.service ?? said ?? 'unknown'
  return {
    project: sender.project,
    environment: (read.environment ?? 'production').slice(0, 64),
    release: read.release,
    service: service.slice(0, 64),
    at: read.at ?? sender.receivedAt,
    level: read.level ?? 'info',
    message: cleanText(message, mostChars),
    trace: read.trace,
    fields: said === null || said === service ? read.fields : { ...read.fields, service: said },
  }
}

/** As many as may wait for their write: more would be told to wait for ever. */
const mostLines = 20_000

/** @throws GantryError BODY_TOO_LARGE */
export function requireFewLines(count: number): void {
  if (count > mostLines)
    throw new GantryError('BODY_TOO_LARGE', `expected at most ${mostLines} lines in a request, ${count} came`)
}

export const malformedLines = (quantity: number): IntakeItem[] =>
  quantity === 0 ? [] : [{ sink: null, category: 'log_item', quantity, reason: 'malformed' }]
