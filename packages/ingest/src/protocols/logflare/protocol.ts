import { isRecord, type JsonRecord, jsonRecords, recordItems } from '../../logs/json-records.ts'
import { defineProtocol } from '../define-protocol.ts'
import { logCors, logLimits, logRefusal, logsTaken } from '../log-answers.ts'
import { shownKey } from '../shown-key.ts'
import { vercelRecord } from '../vercel/drain-record.ts'
import { logflare } from './settings.ts'

/** Where Logflare takes lines; `source` in the query names what Gantry calls a service, unless the line or its key says one. */
export const protocol = defineProtocol(logflare, {
  paths: [
    ...(['/logs', '/api/logs', '/api/events'] as const),
    ...(['/logs/json', '/logs/vector', '/logs/vercel', '/logs/zeit', '/logs/cloudflare'] as const),
  ],
  auth: { by: 'ingest key', kinds: ['client', 'server'], projectIn: null, keyIn: shownKey },
  limits: () => logLimits,
  read: (bytes, { query }) => {
    const records = jsonRecords(bytes).flatMap(batchIn)
    const source = query['source_name']
    return {
      key: null,
      items: sender => ({
        items: recordItems(records, sender, record => ({ ...(source && { service: source }), ...flat(record) })),
        id: null,
      }),
    }
  },
  answer: logsTaken(200, { message: 'Logged!' }),
  refuse: error => ({ ...logRefusal(error), ...(error.code === 'BAD_REQUEST' && { status: 406 }) }),
  cors: logCors,
})

function batchIn(record: unknown): unknown[] {
  if (!isRecord(record)) return [record]
  return Array.isArray(record['batch']) ? record['batch'] : [record]
}

/** `{message, timestamp, metadata: {level, context, …}}`, in which `metadata` is what the program said; and a line of Vercel. */
function flat(record: JsonRecord): JsonRecord {
  if ('deploymentId' in record && 'source' in record) return vercelRecord(record)
  const { metadata, log_entry, event_message, ...rest } = record
  const message = rest['message'] ?? log_entry ?? event_message
  const said = isRecord(metadata) ? metadata : {}
  return { ...said, ...rest, ...(message !== undefined && { message }) }
}
