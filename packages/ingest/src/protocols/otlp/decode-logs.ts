import { PbfReader } from 'pbf'

/** A request as OTLP/HTTP has it in JSON; what is not read here is left out. */
export interface OtlpLogs {
  resourceLogs?: {
    resource?: { attributes?: OtlpKeyValue[] }
    scopeLogs?: { scope?: { name?: string }; logRecords?: OtlpRecord[] }[]
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
export interface OtlpKeyValue {
  key?: string
  value?: OtlpValue
}
export interface OtlpValue {
  stringValue?: string
  boolValue?: boolean
  intValue?: string | number
  doubleValue?: number
  bytesValue?: string
  arrayValue?: { values?: OtlpValue[] }
  kvlistValue?: { values?: OtlpKeyValue[] }
}

/**
 * Reads `ExportLogsServiceRequest`. The numbers of its fields are those of
 * https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/logs/v1/logs.proto
 */
export function decodeLogs(bytes: Uint8Array): OtlpLogs {
  const resourceLogs: NonNullable<OtlpLogs['resourceLogs']> = []
  each(new PbfReader(bytes), (field, reader) => {
    if (field === 1) resourceLogs.push(inside(reader, resourceLogsIn))
  })
  return { resourceLogs }
}

type Read<T> = (reader: PbfReader, end: number) => T

function each(reader: PbfReader, read: (field: number, reader: PbfReader) => void, end?: number): void {
  reader.readFields((tag, _result, inner) => read(tag, inner), null, end)
}

/** What begins here with its length. */
function inside<T>(reader: PbfReader, read: Read<T>): T {
  const length = reader.readVarint()
  const end = reader.pos + length
  if (end > reader.length) throw new RangeError('a field is longer than the body')
  const found = read(reader, end)
  reader.pos = end
  return found
}

const resourceLogsIn: Read<NonNullable<OtlpLogs['resourceLogs']>[number]> = (reader, end) => {
  const attributes: OtlpKeyValue[] = []
  const scopeLogs: { scope?: { name?: string }; logRecords?: OtlpRecord[] }[] = []
  each(
    reader,
    (field, inner) => {
      if (field === 1)
        inside(inner, (resource, last) =>
          each(resource, (of, value) => void (of === 1 && attributes.push(inside(value, keyValueIn()))), last),
        )
      else if (field === 2) scopeLogs.push(inside(inner, scopeLogsIn))
    },
    end,
  )
  return { resource: { attributes }, scopeLogs }
}

const scopeLogsIn: Read<{ scope?: { name?: string }; logRecords?: OtlpRecord[] }> = (reader, end) => {
  const scope: { name?: string } = {}
  const logRecords: OtlpRecord[] = []
  each(
    reader,
    (field, inner) => {
      if (field === 1)
        inside(inner, (of, last) =>
          each(
            of,
            (name, value) => {
              if (name === 1) scope.name = value.readString()
            },
            last,
          ),
        )
      else if (field === 2) logRecords.push(inside(inner, recordIn))
    },
    end,
  )
  return { scope, logRecords }
}

const recordIn: Read<OtlpRecord> = (reader, end) => {
  const record: OtlpRecord = {}
  const attributes: OtlpKeyValue[] = []
  each(
    reader,
    (field, inner) => {
      if (field === 1) record.timeUnixNano = inner.readFixed64()
      else if (field === 2) record.severityNumber = inner.readVarint()
      else if (field === 3) record.severityText = inner.readString()
      else if (field === 5) record.body = inside(inner, valueIn())
      else if (field === 6) attributes.push(inside(inner, keyValueIn()))
      else if (field === 9) record.traceId = Buffer.from(inner.readBytes()).toString('hex')
      else if (field === 10) record.spanId = Buffer.from(inner.readBytes()).toString('hex')
      else if (field === 11) record.observedTimeUnixNano = inner.readFixed64()
      else if (field === 12) record.eventName = inner.readString()
    },
    end,
  )
  return { ...record, attributes }
}

/** Deeper than anybody nests: each level is a frame of this program. */
const deepest = 32

function keyValueIn(depth = 0): Read<OtlpKeyValue> {
  return (reader, end) => {
    const found: OtlpKeyValue = {}
    each(
      reader,
      (field, inner) => {
        if (field === 1) found.key = inner.readString()
        else if (field === 2) found.value = inside(inner, valueIn(depth + 1))
      },
      end,
    )
    return found
  }
}

function valueIn(depth = 0): Read<OtlpValue> {
  if (depth > deepest) throw new RangeError('values are nested too deep')
  return (reader, end) => {
    const found: OtlpValue = {}
    each(
      reader,
      (field, inner) => {
        if (field === 1) found.stringValue = inner.readString()
        else if (field === 2) found.boolValue = inner.readBoolean()
        else if (field === 3) found.intValue = inner.readVarint(true)
        else if (field === 4) found.doubleValue = inner.readDouble()
        else if (field === 5) found.arrayValue = { values: inside(inner, valuesIn(valueIn(depth + 1))) }
        else if (field === 6) found.kvlistValue = { values: inside(inner, valuesIn(keyValueIn(depth + 1))) }
        else if (field === 7) found.bytesValue = Buffer.from(inner.readBytes()).toString('base64')
      },
      end,
    )
    return found
  }
}

/** Field 1, any number of times. */
const valuesIn =
  <T>(read: Read<T>): Read<T[]> =>
  (reader, end) => {
    const values: T[] = []
    each(reader, (field, inner) => void (field === 1 && values.push(inside(inner, read))), end)
    return values
  }
