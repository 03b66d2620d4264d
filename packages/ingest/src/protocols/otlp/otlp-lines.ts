import type { IntakeItem, LogLevel } from '@gantry/core'
import { levelOf, otelLevel } from '../../logs/line-level.ts'
import { readRecord } from '../../logs/read-record.ts'
import { lineItem, malformedLines, newLine } from '../../logs/record-line.ts'
import type { Sender } from '../define-protocol.ts'
import type { OtlpKeyValue, OtlpLogs, OtlpRecord, OtlpValue } from './decode-logs.ts'

/** A line of each record; what its resource says holds for it, too. */
export function otlpLines(logs: OtlpLogs, sender: Sender): IntakeItem[] {
  return listOf(logs.resourceLogs).flatMap(({ resource, scopeLogs }) => {
    const shared = attributesOf(resource?.attributes)
    return listOf(scopeLogs).flatMap(({ scope, logRecords }) =>
      listOf(logRecords).flatMap(record => {
        if (typeof record !== 'object' || record === null) return malformedLines(1)
        const own = { ...shared, ...(scope?.name && { 'scope.name': scope.name }), ...attributesOf(record.attributes) }
        return [lineItem(lineOf(record, own, sender))]
      }),
    )
  })
}

function lineOf(record: OtlpRecord, attributes: Record<string, unknown>, sender: Sender) {
  const { body, eventName, spanId, traceId } = record
  const said = valueIn(body)
  const isText = typeof said === 'string'
  const time = [record.timeUnixNano, record.observedTimeUnixNano].find(nanos => Number(nanos) > 0)
  const read = readRecord(
    {
      ...attributes,
      ...(eventName && { event_name: eventName }),
      ...(spanId && { span_id: spanId }),
      ...(traceId && { trace_id: traceId }),
      ...(!isText && said !== null && { body: said }),
      ...(time !== undefined && { time: Number(time) }),
    },
    sender.receivedAt,
  )
  const message = isText ? said : (read.message ?? (said === null ? (eventName ?? '') : JSON.stringify(said)))
  return newLine({ ...read, level: levelOfRecord(record) ?? read.level, message }, sender, () => message)
}

const levelOfRecord = ({ severityNumber, severityText }: OtlpRecord): LogLevel | null =>
  otelLevel(Number(severityNumber ?? 0)) ?? levelOf(severityText)

function attributesOf(attributes: readonly OtlpKeyValue[] | undefined): Record<string, unknown> {
  return Object.fromEntries(listOf(attributes).flatMap(({ key, value }) => (key ? [[key, valueIn(value)]] : [])))
}

function valueIn(value: OtlpValue | undefined): unknown {
  if (typeof value !== 'object' || value === null) return null
  if (value.arrayValue) return listOf(value.arrayValue.values).map(valueIn)
  if (value.kvlistValue) return attributesOf(value.kvlistValue.values)
  if (value.intValue !== undefined) {
    const number = Number(value.intValue)
    return Number.isSafeInteger(number) ? number : String(value.intValue)
  }
  return value.stringValue ?? value.boolValue ?? value.doubleValue ?? value.bytesValue ?? null
}

const listOf = <T>(value: readonly T[] | undefined): readonly T[] => (Array.isArray(value) ? value : [])
