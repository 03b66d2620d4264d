import type { NewLine, Scrubbed } from '@gantry/core'
import { type ScrubSettings, scrubberFor } from './scrub.ts'

/** Takes what nobody should read out of a line: its text, and what its fields say. */
export function scrubLine(line: NewLine, settings: ScrubSettings): { line: NewLine; scrubbed: Scrubbed | null } {
  const { text, json } = scrubberFor(settings)
  const message = text(line.message)
  const fields = json(line.fields)
  if (message.scrubbed === null && fields.scrubbed === null) return { line, scrubbed: null }
  return {
    line: { ...line, message: message.value, fields: fields.value },
    scrubbed: sumOf(message.scrubbed, fields.scrubbed),
  }
}

export function sumOf(one: Scrubbed | null, other: Scrubbed | null): Scrubbed | null {
  if (one === null || other === null) return one ?? other
  const sum: Record<string, number> = { ...one }
  for (const [kind, count] of Object.entries(other)) sum[kind] = (sum[kind] ?? 0) + count
  return sum
}
