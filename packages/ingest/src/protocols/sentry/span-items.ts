import type { IntakeItem } from '@gantry/core'
import type { EnvelopeItem } from './envelope.ts'
import type { ItemContext } from './item-context.ts'
import { keptItem } from './kept-items.ts'
import { type Loose, listOf, objectIn, objectOf, textOf } from './loose.ts'

const kept = { kind: 'span', category: 'span', form: 'json' } as const

/** A container may hold spans of several traces. Each trace is an item of its own: kept or sampled, and found, by its id. */
export function spanItems(item: EnvelopeItem, context: ItemContext): IntakeItem[] {
  const json = objectIn(item.payload)
  const traces = Map.groupBy(listOf(json['items']).map(objectOf), traceIn)
  if (traces.size < 2) return [keptItem(item, kept, context)]
  return [...traces.values()].map((items, index) =>
    keptItem(partOf(item, json, items), kept, { ...context, newId: `${context.newId}-${index}` }),
  )
}

const traceIn = (span: Loose): string => textOf(span['trace_id'], 64) ?? ''

const partOf = (item: EnvelopeItem, json: Loose, items: Loose[]): EnvelopeItem => ({
  ...item,
  header: { ...item.header, item_count: items.length },
  payload: Buffer.from(JSON.stringify({ ...json, items })),
})
