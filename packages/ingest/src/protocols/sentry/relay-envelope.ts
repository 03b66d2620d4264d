import type { IntakeItem } from '@gantry/core'
import type { IngestConfig } from '@gantry/core/config'
import { scrubberFor } from '../../scrub/scrub.ts'
import type { RelayOf } from '../define-protocol.ts'
import { type Envelope, type EnvelopeItem, skippedName } from './envelope.ts'

/** An item of an envelope, and what was made of it. */
interface ReadItem {
  item: EnvelopeItem
  count: number
}

/**
 * The envelope for whoever takes such as well: as it came, or with what Gantry keeps of it in place of what came. What Gantry
 * did not take because it could not be read, is too large or too much, goes nowhere else either.
 */
export function relayEnvelope({ header }: Envelope, read: readonly ReadItem[], settings: IngestConfig): RelayOf {
  return (items, asReceived) => {
    let from = 0
    const sent = read.flatMap(({ item, count }) => {
      const made = items.slice(from, from + count)
      from += count
      if (made.every(isRefused)) return []
      const payload = asReceived ? item.payload : keptPayload(item, made, settings)
      return payload === null ? [] : [{ item, payload, categories: made.map(({ category }) => category) }]
    })
    if (sent.length === 0) return null
    // One that had no id is known here by the one it was given.
    const id = header['event_id'] ?? items.find(item => item.sink === 'events')?.fact.event.id
    const lines = [
      line({ ...header, ...(id !== undefined && { event_id: id }) }),
      ...sent.flatMap(({ item, payload }) => [itemHeader(item, payload), payload, newline]),
    ]
    return {
      body: Buffer.concat(lines),
      quantity: sent.length,
      categories: [...new Set(sent.flatMap(({ categories }) => categories))],
    }
  }
}

const newline = Buffer.from('\n')
const line = (value: object): Buffer => Buffer.from(`${JSON.stringify(value)}\n`)

/** Without the length that it had before something was taken out of it. */
function itemHeader({ type, header }: EnvelopeItem, payload: Uint8Array): Buffer {
  const { [skippedName]: _, ...said } = header
  return line({ ...said, type, length: payload.length })
}

/** Such as the share of traces that are kept here concerns nobody else. */
const isRefused = (item: IntakeItem): boolean =>
  item.sink === null && item.reason !== 'sampled' && item.reason !== 'not-asked-for'

/** What is stored is scrubbed already, and the rest is now. Null: nothing that can be. */
function keptPayload(item: EnvelopeItem, made: readonly IntakeItem[], settings: IngestConfig): Uint8Array | null {
  const [kept] = made
  if (kept?.sink === 'events') return kept.fact.payload
  if (kept?.sink === 'items') return kept.fact.content
  try {
    return Buffer.from(JSON.stringify(scrubberFor(settings.scrub).json(JSON.parse(item.payload.toString())).value))
  } catch {
    // Nothing that could be scrubbed.
    return null
  }
}
