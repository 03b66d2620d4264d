import { GantryError, type IntakeItem, type NewLine } from '@gantry/core'
import type { Sender } from '../protocols/define-protocol.ts'
import { scrubLine } from '../scrub/scrub-line.ts'
import { cleanText } from '../text/clean.ts'
import type { ReadLine } from './read-record.ts'

const mostChars = 65_536

/** A line as it is kept. The service of the key goes before what the line says of itself, which stays among its fields. */
export function newLine(read: ReadLine, sender: Sender, whole: () => string): NewLine {
  const said = read.service
  const service = sender.service ?? said ?? 'unknown'
  return {
    project: sender.project,
    environment: (read.environment ?? 'production').slice(0, 64),
    release: read.release,
    service: service.slice(0, 64),
    at: read.at ?? sender.receivedAt,
    level: read.level ?? 'info',
    message: cleanText(read.message ?? whole(), mostChars),
    trace: read.trace,
    fields: said === null || said === service ? read.fields : { ...read.fields, service: said },
  }
}

/** A line, scrubbed, as what the clients of logs call it. */
export function lineItem(line: NewLine, { settings }: Sender): IntakeItem {
  const { line: fact, scrubbed } = scrubLine(line, settings.scrub)
  return { sink: 'lines', category: 'log_item', fact, ...(scrubbed && { scrubbed }) }
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
