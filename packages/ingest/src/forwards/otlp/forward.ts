import { LogLevel } from '@gantry/core'
import type { OtlpLogs, OtlpRecord } from '../../protocols/otlp/decode-logs.ts'
import type { OtlpKeyValue, OtlpValue } from '../../protocols/otlp/wire.ts'
import { addressIn, defineForward, type ForwardEnv } from '../define-forward.ts'
import { json, linesOf, mostLines, type QueuedLine } from '../queued-lines.ts'
import { otlp } from './settings.ts'

/** `ExportLogsServiceRequest` in JSON: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
export const forward = defineForward(otlp, {
  takes: 'lines',
  addressEnv: ({ urlEnv }) => urlEnv,
  most: mostLines,
  requestFor: (rows, { urlEnv, headersEnv }, env) => ({
    url: addressIn(env, urlEnv).href,
    headers: { 'content-type': 'application/json', ...headersIn(env, headersEnv) },
    body: json(logsOf(linesOf(rows))),
  }),
  limitsIn: () => ({}),
  rejectedIn({ body }) {
    const [, count = '0'] = /"rejectedLogRecords"\s*:\s*"?(\d{1,9})/.exec(body) ?? []
    return Number(count)
  },
})

/** As `OTEL_EXPORTER_OTLP_HEADERS` is written: pairs with commas between them, values percent-encoded where they have to be. */
function headersIn(env: ForwardEnv, name: string): Record<string, string> {
  const pairs = env[name]?.split(',') ?? []
  return Object.fromEntries(
    pairs.flatMap(pair => {
      const [, key, value] = /^\s*([\w-]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? []
      return key === undefined || value === undefined ? [] : [[key.toLowerCase(), decoded(value)]]
    }),
  )
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    // A percent sign that stands for itself.
    return value
  }
}

function logsOf(lines: readonly QueuedLine[]): OtlpLogs {
  const resources = Map.groupBy(lines, ({ service, environment, release }) =>
    JSON.stringify([service, environment, release]),
  )
  return {
    resourceLogs: [...resources.values()].map(of => ({
      resource: { attributes: resourceOf(of[0]) },
      scopeLogs: [{ scope: { name: 'gantry' }, logRecords: of.map(recordOf) }],
    })),
  }
}

const resourceOf = (line: QueuedLine | undefined): OtlpKeyValue[] => [
  { key: 'service.name', value: otlpValue(line?.service) },
  { key: 'deployment.environment.name', value: otlpValue(line?.environment) },
  ...(line?.release ? [{ key: 'service.version', value: otlpValue(line.release) }] : []),
]

function recordOf({ at, level, message, trace, fields }: QueuedLine): OtlpRecord {
  const { span_id: span, ...rest } = fields
  const isSpan = typeof span === 'string' && /^[\da-f]{16}$/i.test(span)
  return {
    timeUnixNano: `${Date.parse(at)}000000`,
    severityNumber: LogLevel.options.indexOf(level) * 4 + 1,
    severityText: level.toUpperCase(),
    body: { stringValue: message },
    attributes: Object.entries(isSpan ? rest : fields).map(([key, value]) => ({ key, value: otlpValue(value) })),
    ...(trace !== null && /^[\da-f]{32}$/i.test(trace) && { traceId: trace }),
    ...(isSpan && { spanId: span }),
  }
}

function otlpValue(value: unknown): OtlpValue {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value }
  if (Array.isArray(value)) return { arrayValue: { values: value.map(otlpValue) } }
  if (typeof value !== 'object' || value === null) return {}
  return { kvlistValue: { values: Object.entries(value).map(([key, held]) => ({ key, value: otlpValue(held) })) } }
}
