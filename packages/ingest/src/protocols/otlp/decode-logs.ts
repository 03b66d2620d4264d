import {
  keyValueIn,
  type OtlpKeyValue,
  OtlpReader,
  type OtlpResource,
  type OtlpScope,
  type OtlpValue,
  type Read,
  resourceIn,
  scopeIn,
  valueIn,
} from './wire.ts'

/** A request as OTLP/HTTP has it in JSON; what is not read here is left out. */
export interface OtlpLogs {
  resourceLogs?: {
    resource?: OtlpResource
    scopeLogs?: { scope?: OtlpScope; logRecords?: OtlpRecord[] }[]
  }[]
}

export interface OtlpRecord {
  timeUnixNano?: string | number
  observedTimeUnixNano?: string | number
  severityNumber?: number
  severityText?: string
  body?: OtlpValue
  attributes?: OtlpKeyValue[]
  traceId?: string
  spanId?: string
  eventName?: string
}

type ResourceLogs = NonNullable<OtlpLogs['resourceLogs']>[number]
type ScopeLogs = NonNullable<ResourceLogs['scopeLogs']>[number]

/**
 * Reads `ExportLogsServiceRequest`. The numbers of its fields are those of
 * https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/logs/v1/logs.proto
 * @throws RangeError where it is cut short, nested too deep, or of too many parts
 */
export function decodeLogs(bytes: Uint8Array): OtlpLogs {
  const resourceLogs: ResourceLogs[] = []
  const reader = new OtlpReader(bytes)
  reader.each(field => {
    if (field === 1) resourceLogs.push(reader.inside(resourceLogsIn))
  })
  return { resourceLogs }
}

const resourceLogsIn: Read<ResourceLogs> = reader => {
  let resource: OtlpResource = {}
  const scopeLogs: ScopeLogs[] = []
  reader.each(field => {
    if (field === 1) resource = reader.inside(resourceIn)
    else if (field === 2) scopeLogs.push(reader.inside(scopeLogsIn))
  })
  return { resource, scopeLogs }
}

const scopeLogsIn: Read<ScopeLogs> = reader => {
  let scope: OtlpScope = {}
  const logRecords: OtlpRecord[] = []
  reader.each(field => {
    if (field === 1) scope = reader.inside(scopeIn)
    else if (field === 2) logRecords.push(reader.inside(recordIn))
  })
  return { scope, logRecords }
}

const recordIn: Read<OtlpRecord> = reader => {
  const record: OtlpRecord = {}
  const attributes: OtlpKeyValue[] = []
  reader.each(field => {
    if (field === 1) record.timeUnixNano = reader.readFixed64()
    else if (field === 2) record.severityNumber = reader.readVarint()
    else if (field === 3) record.severityText = reader.readString()
    else if (field === 5) record.body = reader.inside(valueIn())
    else if (field === 6) attributes.push(reader.inside(keyValueIn()))
    else if (field === 9) record.traceId = reader.readHex()
    else if (field === 10) record.spanId = reader.readHex()
    else if (field === 11) record.observedTimeUnixNano = reader.readFixed64()
    else if (field === 12) record.eventName = reader.readString()
  })
  return { ...record, attributes }
}
