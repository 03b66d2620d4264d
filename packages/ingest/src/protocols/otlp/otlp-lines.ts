import type { IntakeItem, LogLevel } from '@gantry/core'
import { levelOf, otelLevel } from '../../logs/line-level.ts'
import { readRecord } from '../../logs/read-record.ts'
import { lineItem, malformedLines, requireFewLines } from '../../logs/record-line.ts'
import { cleanJson } from '../../text/clean.ts'
import type { Sender } from '../define-protocol.ts'
import type { OtlpKeyValue, OtlpLogs, OtlpRecord, OtlpValue } from './decode-logs.ts'

/** A line of each record; what its resource says holds for it, too. */
export function otlpLines(logs: OtlpLogs, sender: Sender): IntakeItem[] {
  requireFewLines(countOf(logs))
  return listOf(logs.resourceLogs).flatMap(of => {
    const { resource, scopeLogs } = of ?? {}
    const shared = sharedOf(resource?.attributes)
    return listOf(scopeLogs).flatMap(inner => {
      const { scope, logRecords } = inner ?? {}
      return listOf(logRecords).flatMap(record => {
        if (typeof record !== 'object' || record === null) return malformedLines(1)
        const own = { ...shared, ...(scope?.name && { 'scope.name': scope.name }), ...attributesOf(record.attributes) }
        return [itemOf(record, own, sender)]
      })
    })
  })
}

const countOf = ({ resourceLogs }: OtlpLogs): number =>
  listOf(resourceLogs).reduce(
    (sum, each) => sum + listOf(each?.scopeLogs).reduce((of, scope) => of + listOf(scope?.logRecords).length, 0),
    0,
  )

/** An SDK that was told no name makes one up of its program. */
function sharedOf(attributes: readonly OtlpKeyValue[] | undefined): Record<string, unknown> {
  const { 'service.name': name, ...shared } = attributesOf(attributes)
  return String(name).startsWith('unknown_service')
    ? shared
    : { ...shared, ...(name !== undefined && { 'service.name': name }) }
}

function itemOf(record: OtlpRecord, attributes: Record<string, unknown>, sender: Sender): IntakeItem {
  const { body, eventName, spanId, traceId } = record
  const said = valueIn(body)
  const isText = typeof said === 'string'
  const isObject = typeof said === 'object' && said !== null && !Array.isArray(said)
  const time = [record.timeUnixNano, record.observedTimeUnixNano].find(nanos => Number(nanos) > 0)
  const read = readRecord(
    {
      ...attributes,
      ...(isObject && said),
      ...(eventName && { event_name: eventName }),
      ...(spanId && { span_id: spanId }),
      ...(traceId && { trace_id: traceId }),
      ...(time !== undefined && { time: Number(time) }),
    },
    sender.receivedAt,
  )
  const message = isText ? said : (read.message ?? (said === null ? (eventName ?? '') : null))
  return lineItem({ ...read, level: levelOfRecord(record) ?? read.level, message }, sender, json =>
    // A copy: what it holds stands among the fields, too, and is counted there.
    JSON.stringify(json(cleanJson(said)).value),
  )
}

const levelOfRecord = ({ severityNumber, severityText }: OtlpRecord): LogLevel | null =>
  otelLevel(Number(severityNumber ?? 0)) ?? levelOf(severityText)

function attributesOf(attributes: readonly OtlpKeyValue[] | undefined, depth = 0): Record<string, unknown> {
  return Object.fromEntries(
    listOf(attributes).flatMap(each => (each?.key ? [[String(each.key), valueIn(each.value, depth)]] : [])),
  )
}

/** Deeper than anybody reads: each level is a frame of this program. */
const deepest = 64

function valueIn(value: OtlpValue | undefined, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return null
  if (depth === deepest) return '…'
  if (value.arrayValue) return listOf(value.arrayValue.values).map(inner => valueIn(inner, depth + 1))
  if (value.kvlistValue) return attributesOf(value.kvlistValue.values, depth + 1)
  if (value.intValue !== undefined) {
    const number = Number(value.intValue)
    return Number.isSafeInteger(number) ? number : String(value.intValue)
  }
  return value.stringValue ?? value.boolValue ?? value.doubleValue ?? value.bytesValue ?? null
}

const listOf = <T>(value: readonly T[] | undefined): readonly T[] => (Array.isArray(value) ? value : [])
