import type { IntakeItem, LogLevel } from '@gantry/core'
import { levelOf, otelLevel } from '../../logs/line-level.ts'
import { readRecord } from '../../logs/read-record.ts'
import { lineItem, malformedLines, requireFewLines } from '../../logs/record-line.ts'
import { cleanJson } from '../../text/clean.ts'
import type { Sender } from '../define-protocol.ts'
import { attributesOf, listIn, plainValue, resourceAttributes } from './attributes.ts'
import type { OtlpLogs, OtlpRecord } from './decode-logs.ts'

/** A line of each record; what its resource says holds for it, too. */
export function otlpLines(logs: OtlpLogs, sender: Sender): IntakeItem[] {
  requireFewLines(countOf(logs))
  return listIn(logs.resourceLogs).flatMap(of => {
    const { resource, scopeLogs } = of ?? {}
    const shared = resourceAttributes(resource?.attributes)
    return listIn(scopeLogs).flatMap(inner => {
      const { scope, logRecords } = inner ?? {}
      return listIn(logRecords).flatMap(record => {
        if (typeof record !== 'object' || record === null) return malformedLines(1)
        const own = { ...shared, ...(scope?.name && { 'scope.name': scope.name }), ...attributesOf(record.attributes) }
        return [itemOf(record, own, sender)]
      })
    })
  })
}

const countOf = ({ resourceLogs }: OtlpLogs): number =>
  listIn(resourceLogs).reduce(
    (sum, each) => sum + listIn(each?.scopeLogs).reduce((of, scope) => of + listIn(scope?.logRecords).length, 0),
    0,
  )

function itemOf(record: OtlpRecord, attributes: Record<string, unknown>, sender: Sender): IntakeItem {
  const { body, eventName, spanId, traceId } = record
  const said = plainValue(body)
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
