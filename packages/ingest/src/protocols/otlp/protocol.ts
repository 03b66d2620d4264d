import { GantryError } from '@gantry/core'
import { PbfWriter } from 'pbf'
import { requireFewValues } from '../../body/few-values.ts'
import { type Asked, defineProtocol, type Reply } from '../define-protocol.ts'
import { countOf, logCors, logLimits, logRefusal } from '../log-answers.ts'
import { shownKey } from '../shown-key.ts'
import { decodeLogs, type OtlpLogs } from './decode-logs.ts'
import { decodeSpans, type OtlpTraces } from './decode-spans.ts'
import { otlpLines } from './otlp-lines.ts'
import { otlpSpans } from './otlp-spans.ts'
import { otlp } from './settings.ts'

const tracesPath = '/v1/traces'

/** Where exporters find them below `OTEL_EXPORTER_OTLP_ENDPOINT`. Each is answered in the form it was asked in. */
export const protocol = defineProtocol(otlp, {
  paths: ['/v1/logs', tracesPath],
  auth: { by: 'ingest key', kinds: ['client', 'server'], projectIn: null, keyIn: shownKey },
  limits: () => logLimits,
  read: (bytes, asked) => {
    if (asked.path === tracesPath) {
      const traces = requestIn<OtlpTraces>(bytes, asked, { name: 'ExportTraceServiceRequest', unpack: decodeSpans })
      return { key: null, items: sender => ({ items: otlpSpans(traces, sender), id: null }) }
    }
    const logs = requestIn<OtlpLogs>(bytes, asked, { name: 'ExportLogsServiceRequest', unpack: decodeLogs })
    return { key: null, items: sender => ({ items: otlpLines(logs, sender), id: null }) }
  },
  answer(_id, outcomes, asked) {
    // What the project wants left out is not refused: an SDK would warn of each.
    const refused = outcomes.filter(({ reason }) => reason !== 'sampled')
    const { dropped = [] } = countOf(refused)
    const rejected = refused.reduce((sum, { outcome, quantity }) => sum + (outcome === 'dropped' ? quantity : 0), 0)
    const message = dropped.length > 0 ? JSON.stringify(dropped) : ''
    if (!isPacked(asked)) {
      const named = asked.path === tracesPath ? 'rejectedSpans' : 'rejectedLogRecords'
      const partialSuccess = { [named]: String(rejected), errorMessage: message }
      return { status: 200, headers: {}, body: rejected > 0 ? { partialSuccess } : {} }
    }
    const writer = new PbfWriter()
    if (rejected > 0)
      writer.writeMessage(
        1,
        (_value, inner) => {
          inner.writeVarintField(1, rejected)
          inner.writeStringField(2, message)
        },
        null,
      )
    return packedReply(200, {}, writer)
  },
  /** `google.rpc.Status` */
  refuse(error, asked) {
    const { status, headers } = logRefusal(error)
    const [code, message] = [error.status === 429 ? 8 : error.status < 500 ? 3 : 14, `${error.message}. ${error.hint}`]
    if (!isPacked(asked)) return { status, headers, body: { code, message } }
    const writer = new PbfWriter()
    writer.writeVarintField(1, code)
    writer.writeStringField(2, message)
    return packedReply(status, headers, writer)
  },
  cors: logCors,
})

const packed = 'application/x-protobuf'
const isPacked = ({ headers }: Asked): boolean => String(headers['content-type'] ?? '').startsWith(packed)

const packedReply = (status: number, headers: Record<string, string>, writer: PbfWriter): Reply => ({
  status,
  headers: { ...headers, 'content-type': packed },
  body: Buffer.from(writer.finish()),
})

/** @throws GantryError BAD_REQUEST */
function requestIn<T extends object>(
  bytes: Buffer,
  asked: Asked,
  { name, unpack }: { name: string; unpack: (bytes: Buffer) => T },
): T {
  if (!isPacked(asked)) return jsonIn<T>(bytes, name)
  try {
    return unpack(bytes)
  } catch (cause) {
    throw new GantryError('BAD_REQUEST', `expected an ${name} of protobuf`, {}, { cause })
  }
}

function jsonIn<T extends object>(bytes: Buffer, name: string): T {
  requireFewValues(bytes)
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as T
  } catch {
    // Refused below.
  }
  throw new GantryError('BAD_REQUEST', `expected an ${name} as JSON`)
}
