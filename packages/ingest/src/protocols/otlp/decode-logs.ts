import { PbfReader } from 'pbf'
import { mostValues } from '../../body/few-values.ts'

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
 * @throws RangeError where it is cut short, nested too deep, or of too many parts
 */
export function decodeLogs(bytes: Uint8Array): OtlpLogs {
  const resourceLogs: NonNullable<OtlpLogs['resourceLogs']> = []
  const reader = new LogsReader(bytes)
  reader.each(field => {
    if (field === 1) resourceLogs.push(reader.inside(resourceLogsIn))
  })
  return { resourceLogs }
}

type Read<T> = (reader: LogsReader) => T

/** Reads no further than what it is inside of: `length` is the end of that. */
class LogsReader extends PbfReader {
  #parts = 0

  each(read: (field: number) => void): void {
    this.readFields(read, null)
    if (this.pos > this.length) throw new RangeError('a field is longer than what it stands in')
  }

  /** What begins here with its length. */
  inside<T>(read: Read<T>): T {
    const end = this.readVarint() + this.pos
    if (end > this.length) throw new RangeError('a field is longer than what it stands in')
    if (++this.#parts > mostValues) throw new RangeError(`it has more than ${mostValues} parts`)
    const outer = this.length
    this.length = end
    const found = read(this)
    this.length = outer
    return found
  }
}

const resourceLogsIn: Read<NonNullable<OtlpLogs['resourceLogs']>[number]> = reader => {
  const attributes: OtlpKeyValue[] = []
  const scopeLogs: { scope?: { name?: string }; logRecords?: OtlpRecord[] }[] = []
  reader.each(field => {
    if (field === 1)
      reader.inside(() => reader.each(of => void (of === 1 && attributes.push(reader.inside(keyValueIn())))))
    else if (field === 2) scopeLogs.push(reader.inside(scopeLogsIn))
  })
  return { resource: { attributes }, scopeLogs }
}

const scopeLogsIn: Read<{ scope?: { name?: string }; logRecords?: OtlpRecord[] }> = reader => {
  const scope: { name?: string } = {}
  const logRecords: OtlpRecord[] = []
  reader.each(field => {
    if (field === 1)
      reader.inside(() =>
        reader.each(of => {
          if (of === 1) scope.name = reader.readString()
        }),
      )
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
    else if (field === 9) record.traceId = Buffer.from(reader.readBytes()).toString('hex')
    else if (field === 10) record.spanId = Buffer.from(reader.readBytes()).toString('hex')
    else if (field === 11) record.observedTimeUnixNano = reader.readFixed64()
    else if (field === 12) record.eventName = reader.readString()
  })
  return { ...record, attributes }
}

/** Deeper than anybody nests: each level is a frame of this program. */
const deepest = 32

function keyValueIn(depth = 0): Read<OtlpKeyValue> {
  return reader => {
    const found: OtlpKeyValue = {}
    reader.each(field => {
      if (field === 1) found.key = reader.readString()
      else if (field === 2) found.value = reader.inside(valueIn(depth + 1))
    })
    return found
  }
}

function valueIn(depth = 0): Read<OtlpValue> {
  if (depth > deepest) throw new RangeError('values are nested too deep')
  return reader => {
    const found: OtlpValue = {}
    reader.each(field => {
      if (field === 1) found.stringValue = reader.readString()
      else if (field === 2) found.boolValue = reader.readBoolean()
      else if (field === 3) found.intValue = reader.readVarint(true)
      else if (field === 4) found.doubleValue = reader.readDouble()
      else if (field === 5) found.arrayValue = { values: reader.inside(valuesIn(valueIn(depth + 1))) }
      else if (field === 6) found.kvlistValue = { values: reader.inside(valuesIn(keyValueIn(depth + 1))) }
      else if (field === 7) found.bytesValue = Buffer.from(reader.readBytes()).toString('base64')
    })
    return found
  }
}

/** Field 1, any number of times. */
const valuesIn =
  <T>(read: Read<T>): Read<T[]> =>
  reader => {
    const values: T[] = []
    reader.each(field => void (field === 1 && values.push(reader.inside(read))))
    return values
  }
