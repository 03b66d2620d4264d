import type { IntakeItem, KeptItemKind, NewItem } from '@gantry/core'
import { requireFewValues } from '../../body/few-values.ts'
import { scrubberFor } from '../../scrub/scrub.ts'
import { cleanText } from '../../text/clean.ts'
import { isSampledOut } from '../../traces/sampled-out.ts'
import type { EnvelopeItem } from './envelope.ts'
import type { ItemContext } from './item-context.ts'
import { itemFacts } from './item-facts.ts'
import { objectOf } from './loose.ts'
import { own } from './read-event.ts'

/** One that is larger costs only itself. Everything of a project goes to its database. */
export const largestItemBytes = 16 * 1024 * 1024

interface Kept {
  kind: KeptItemKind
  category: string
  /** Bytes as they are; JSON is scrubbed, and malformed where it is none. */
  form: 'bytes' | 'json' | 'any'
}

/** An item that is kept as it came, with what lists show of it. */
export function keptItem(item: EnvelopeItem, { kind, category, form }: Kept, context: ItemContext): IntakeItem {
  const quantity = countOf(item)
  if (item.payload.length > largestItemBytes || item.skippedBytes > 0)
    return { sink: null, category, quantity, reason: 'too-large' }
  const json = form === 'bytes' ? undefined : parsed(item.payload)
  if (json === undefined && form === 'json') return { sink: null, category, quantity, reason: 'malformed' }
  const { value, scrubbed } = scrubberFor(context.settings.scrub).event(json)
  const fact: NewItem = {
    ...itemFacts(kind, item, objectOf(value), context),
    ...{ id: `${context.newId}-${context.index}`, project: context.project, receivedAt: context.receivedAt },
    ...{ kind, type: cleanText(item.type, 64) || 'none' },
    content: scrubbed ? Buffer.from(JSON.stringify(value)) : own(item.payload),
  }
  if (isLeftOut(fact, context)) return { sink: null, category, quantity, reason: 'sampled' }
  return { sink: 'items', category, fact, quantity, ...(scrubbed && { scrubbed }) }
}

function parsed(payload: Buffer): unknown {
  try {
    requireFewValues(payload)
    return JSON.parse(payload.toString())
  } catch {
    // Whoever reads `undefined` keeps the bytes, or counts it as malformed.
    return undefined
  }
}

const isLeftOut = ({ kind, traceId }: NewItem, { settings: { spans } }: ItemContext): boolean =>
  (kind === 'span' || kind === 'transaction') && isSampledOut(traceId, spans)

/** Items that hold several say how many. */
function countOf({ header }: EnvelopeItem): number {
  const count = header['item_count']
  return typeof count === 'number' && Number.isInteger(count) && count > 0 ? Math.min(count, 10_000) : 1
}

/** What nobody knows yet: kept, so that a version that knows it finds it. */
export const unknownItem = (item: EnvelopeItem, context: ItemContext): IntakeItem =>
  keptItem(item, { kind: 'unknown', category: 'default', form: 'any' }, context)
