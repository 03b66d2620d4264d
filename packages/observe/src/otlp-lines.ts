import { SeverityNumber } from '@opentelemetry/api'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'
import type { Deployment } from './deployment.ts'

/** pino's numbers, as OpenTelemetry counts. */
const severities: readonly (readonly [number, SeverityNumber, string])[] = [
  [60, SeverityNumber.FATAL, 'FATAL'],
  [50, SeverityNumber.ERROR, 'ERROR'],
  [40, SeverityNumber.WARN, 'WARN'],
  [30, SeverityNumber.INFO, 'INFO'],
  [20, SeverityNumber.DEBUG, 'DEBUG'],
  [0, SeverityNumber.TRACE, 'TRACE'],
]

export interface OtlpLines {
  /** One line as pino writes it. */
  write(line: string): void
  flush(): Promise<void>
}

/**
 * Sends lines by OTLP to where `OTEL_EXPORTER_OTLP_ENDPOINT` and `OTEL_EXPORTER_OTLP_HEADERS` say, in batches. A line is
 * never waited for, and one that cannot be sent costs the service nothing.
 */
export function otlpLines(service: string, { release, environment }: Deployment): OtlpLines {
  const provider = new LoggerProvider({
    resource: resourceFromAttributes({
      'service.name': service,
      'deployment.environment.name': environment,
      ...(release === null ? {} : { 'service.version': release }),
    }),
    processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter() })],
  })
  const logger = provider.getLogger('@gantry/observe')
  return {
    write(line) {
      const { level, time, msg, ...fields } = read(line)
      const [, severityNumber, severityText] =
        severities.find(([least]) => Number(level) >= least) ?? severities[5] ?? []
      logger.emit({
        ...(severityNumber === undefined ? {} : { severityNumber }),
        ...(severityText === undefined ? {} : { severityText }),
        ...(typeof time === 'number' ? { timestamp: time } : {}),
        body: typeof msg === 'string' ? msg : '',
        attributes: attributesOf(fields),
      })
    },
    flush: () => provider.forceFlush(),
  }
}

function read(line: string): Record<string, unknown> {
  const value: unknown = JSON.parse(line)
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : { msg: line }
}

/** Nested fields stay JSON: every store of lines reads that, few read maps of OpenTelemetry. */
const attributesOf = (fields: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? value
        : JSON.stringify(value),
    ]),
  )
