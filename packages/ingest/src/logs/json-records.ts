import { GantryError, type IntakeItem } from '@gantry/core'
import type { Sender } from '../protocols/define-protocol.ts'
import { readRecord } from './read-record.ts'
import { lineItem, malformedLines, newLine } from './record-line.ts'

export type JsonRecord = Record<string, unknown>

/**
 * Records of a body that is one object, an array of them, or one on each line, whatever it calls itself.
 * @throws GantryError BAD_REQUEST when it is none of these
 */
export function jsonRecords(bytes: Buffer): unknown[] {
  const text = bytes.toString('utf8').trim()
  if (text === '') return []
  const whole = parsed(text)
  if (whole !== undefined) return Array.isArray(whole) ? whole : [whole]
  const lines = text.split('\n').filter(line => line.trim() !== '')
  const records = lines.map(line => parsed(line) ?? null)
  if (records.some(isRecord)) return records
  throw new GantryError('BAD_REQUEST', 'expected JSON: an object, an array of objects, or an object on each line')
}

export const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** A line of each record, after `adapt` made it one that loggers write; what is no record is counted. */
export function recordItems(
  records: readonly unknown[],
  sender: Sender,
  adapt: (record: JsonRecord) => JsonRecord = record => record,
): IntakeItem[] {
  const known = records.filter(record => isRecord(record) && Object.keys(record).length > 0) as JsonRecord[]
  return [
    ...known.map(record => {
      const read = readRecord(adapt(record), sender.receivedAt)
      return lineItem(newLine(read, sender, () => JSON.stringify(record)))
    }),
    ...malformedLines(records.length - known.length),
  ]
}
