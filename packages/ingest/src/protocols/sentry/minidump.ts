import { GantryError } from '@gantry/core'
import { type Part, readParts } from '../../body/multipart.ts'
import type { Asked } from '../define-protocol.ts'
import type { Envelope } from './envelope.ts'
import { objectIn } from './loose.ts'

/**
 * A form that a native program sends when it crashed: the dump is kept as an attachment of an event, which says what the
 * fields of the form say.
 * Source: https://docs.sentry.io/platforms/native/guides/minidumps/
 * @throws GantryError ENVELOPE_MALFORMED
 */
export function readMinidump(bytes: Buffer, { headers }: Pick<Asked, 'headers'>): Envelope {
  const parts = readParts(bytes, String(headers['content-type'] ?? ''))
  const files = parts.filter(({ fileName }) => fileName !== null)
  if (!files.some(({ name }) => name === dumpField))
    throw new GantryError('ENVELOPE_MALFORMED', `expected a form with the file ${dumpField}`)
  const said = fieldsOf(parts.filter(({ fileName }) => fileName === null))
  const id = String(said['event_id'] ?? crypto.randomUUID()).replaceAll('-', '')
  const event = { platform: 'native', level: 'fatal', message: 'A native program crashed', ...said, event_id: id }
  return {
    header: { event_id: id },
    items: [
      { type: 'event', header: {}, payload: Buffer.from(JSON.stringify(event)), skippedBytes: 0 },
      ...files.map(({ name, fileName, contentType, content }) => ({
        type: 'attachment',
        header: {
          filename: fileName ?? name,
          content_type: contentType,
          attachment_type: name === dumpField ? 'event.minidump' : 'event.attachment',
        },
        payload: content,
        skippedBytes: 0,
      })),
    ],
  }
}

const dumpField = 'upload_file_minidump'

/** `sentry` holds an event as JSON; `sentry[release]` one field of it; whatever else is there is extra. */
function fieldsOf(parts: readonly Part[]): Record<string, unknown> {
  const event: Record<string, unknown> = {}
  const extra: Record<string, string> = {}
  for (const { name, content } of parts.slice(0, 200)) {
    const [, field] = /^sentry\[([\w.-]+)\]$/.exec(name) ?? []
    if (name === 'sentry') Object.assign(event, objectIn(content))
    else if (field !== undefined) event[field] = content.toString()
    else extra[name] = content.toString()
  }
  return Object.keys(extra).length === 0 ? event : { extra, ...event }
}
