import { gunzipSync, inflateSync } from 'node:zlib'
import { GantryError } from '@gantry/core'
import { envelopeLimits } from '../../body/read-body.ts'
import type { Asked } from '../define-protocol.ts'
import type { Envelope } from './envelope.ts'
import { jsonObject } from './read-event.ts'

/**
 * The body of `/store/`, where SDKs of before envelopes send one event: JSON; or JSON that is packed and written in base64,
 * as raven did; or that as a field of a form.
 * Source: https://develop.sentry.dev/sdk/foundations/transport/store-endpoint/
 * @throws GantryError ENVELOPE_MALFORMED, BODY_TOO_LARGE
 */
export function readStored(bytes: Buffer, { headers }: Pick<Asked, 'headers'>): Envelope {
  const payload = unwrapped(bytes)
  const { event_id: id, type } = jsonObject(payload, 'the event')
  const sentAt = /sentry_timestamp=([\d.]+)/.exec(String(headers['x-sentry-auth'] ?? ''))?.[1]
  return {
    header: { event_id: id, ...(sentAt !== undefined && { sent_at: sentAt }) },
    items: [{ type: type === 'transaction' ? type : 'event', header: {}, payload, skippedBytes: 0 }],
  }
}

function unwrapped(bytes: Buffer): Buffer {
  const start = bytes.findIndex(byte => byte > 0x20)
  if (start === -1 || bytes[start] === brace) return bytes
  const text = bytes.subarray(start).toString('latin1')
  const field = text.startsWith('sentry_data=') ? new URLSearchParams(text).get('sentry_data') : text
  if (field?.trimStart().startsWith('{')) return Buffer.from(field)
  return unpacked(Buffer.from(field ?? '', 'base64'))
}

const brace = 0x7b
const limits = { maxOutputLength: envelopeLimits.bytes }

function unpacked(bytes: Buffer): Buffer {
  if (bytes[0] === brace) return bytes
  try {
    return bytes[0] === 0x1f ? gunzipSync(bytes, limits) : inflateSync(bytes, limits)
  } catch (cause) {
    const isLarge = (cause as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE'
    if (isLarge) throw new GantryError('BODY_TOO_LARGE', `expected at most ${limits.maxOutputLength} bytes unpacked`)
    throw new GantryError('ENVELOPE_MALFORMED', 'expected an event as JSON, or packed in base64', {}, { cause })
  }
}
