import { GantryError, type IntakeItem } from '@gantry/core'
import { requireFewValues } from '../body/few-values.ts'
import type { Sender } from '../protocols/define-protocol.ts'
import { cleanJson } from '../text/clean.ts'
import { readRecord } from './read-record.ts'
import { lineItem, malformedLines, requireFewLines } from './record-line.ts'

export type JsonRecord = Record<string, unknown>

/**
 * Records of a body that is one object, an array of them, or one on each line, whatever it calls itself.
 * @throws GantryError BAD_REQUEST when it is none of these, BODY_TOO_LARGE when it holds too much
 */
export function jsonRecords(bytes: Buffer): unknown[] {
  const text = bytes.toString('utf8').trim()
  if (text === '') return []
  requireFewValues(bytes)
  const whole = parsed(text)
  if (whole !== undefined) return Array.isArray(whole) ? whole : [whole]
  const records = textLines(text).map(line => parsed(line) ?? null)
  if (records.some(isRecord)) return records
  throw new GantryError('BAD_REQUEST', 'expected JSON: an object, an array of objects, or an object on each line')
}

export const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What stands on each line that is not empty. @throws GantryError BODY_TOO_LARGE */
export function textLines(text: string): string[] {
  const lines: string[] = []
  for (const [line] of text.matchAll(/[^\n]+/g)) {
    if (line.trim() === '') continue
    lines.push(line.endsWith('\r') ? line.slice(0, -1) : line)
    requireFewLines(lines.length)
  }
  return lines
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** The object that a text is, or none: a line that happens to begin with a brace is still a line. */
export function objectIn(text: string): JsonRecord[] {
  const value = parsed(text)
  return isRecord(value) ? [value] : []
}

/** A line of each record, after `adapt` made it one that loggers write; what is no record is counted. */
export function recordItems(
  records: readonly unknown[],
  sender: Sender,
  adapt: (record: JsonRecord) => JsonRecord = record => record,
): IntakeItem[] {
  requireFewLines(records.length)
  const known = records.filter(record => isRecord(record) && Object.keys(record).length > 0) as JsonRecord[]
  return [
    ...known.map(record => {
      const read = readRecord(adapt(record), sender.receivedAt)
      return lineItem(read, sender, json => JSON.stringify(json(cleanJson(record)).value))
    }),
    ...malformedLines(records.length - known.length),
  ]
}
