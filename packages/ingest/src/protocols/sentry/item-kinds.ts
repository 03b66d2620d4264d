import type { IntakeItem } from '@gantry/core'
import { checkInOf } from './check-ins.ts'
import { discardedIn } from './client-report.ts'
import type { EnvelopeItem } from './envelope.ts'
import type { ItemContext } from './item-context.ts'
import { keptItem, unknownItem } from './kept-items.ts'
import { linesIn } from './log-lines.ts'
import { type Loose, objectIn } from './loose.ts'
import { readEvent } from './read-event.ts'
import { sessionFact, sessionSums } from './sessions.ts'
import { spanItems } from './span-items.ts'

interface ItemKind {
  /** What Sentry's clients count and limit it by. */
  category: string
  read(item: EnvelopeItem, context: ItemContext, category: string): IntakeItem[]
}

/**
 * What becomes of each type of item.
 * Source: https://develop.sentry.dev/sdk/foundations/envelopes/envelope-items/ and
 * https://develop.sentry.dev/sdk/expected-features/rate-limiting/#definitions
 */
const itemKinds: Readonly<Record<string, ItemKind>> = {
  event: { category: 'error', read: eventItem },
  log: {
    category: 'log_item',
    read: ({ payload }, context, category) =>
      linesIn(payload, context)?.map(line => ({ sink: 'lines', category, ...line })) ?? malformed(category),
  },
  client_report: {
    category: 'internal',
    read: ({ payload }, _context, category) =>
      discardedIn(payload)?.map(fact => ({ sink: 'client-reports', category: fact.category, fact })) ??
      malformed(category),
  },
  transaction: kept('transaction', 'transaction', 'json'),
  span: { category: 'span', read: spanItems },
  session: { category: 'session', read: sessionItems(sessionFact) },
  sessions: { category: 'session', read: sessionItems(sessionSums) },
  check_in: { category: 'monitor', read: checkInItems },
  attachment: kept('attachment', 'attachment', 'bytes'),
  feedback: kept('feedback', 'feedback', 'json'),
  user_report: kept('feedback', 'feedback', 'json'),
  profile: kept('profile', 'profile', 'json'),
  profile_chunk: kept('profile', 'profile_chunk', 'any'),
  replay_event: kept('replay', 'replay', 'json'),
  replay_recording: kept('replay', 'replay', 'bytes'),
  replay_video: kept('replay', 'replay', 'bytes'),
  statsd: kept('metric', 'metric_bucket', 'any'),
  trace_metric: kept('metric', 'trace_metric', 'json'),
}

export function itemsOf(item: EnvelopeItem, context: ItemContext): IntakeItem[] {
  const kind = Object.hasOwn(itemKinds, item.type) ? itemKinds[item.type] : undefined
  if (!kind) return [unknownItem(item, context)]
  // What is too large costs only itself, of whichever kind it is.
  if (item.skippedBytes > 0) return [{ sink: null, category: kind.category, quantity: 1, reason: 'too-large' }]
  return kind.read(item, context, kind.category)
}

function kept(
  kind: Parameters<typeof keptItem>[1]['kind'],
  category: string,
  form: 'bytes' | 'json' | 'any',
): ItemKind {
  return { category, read: (item, context) => [keptItem(item, { kind, category, form }, context)] }
}

function eventItem({ payload }: EnvelopeItem, context: ItemContext, category: string): IntakeItem[] {
  const envelopeId = context.isOnlyEvent ? context.envelopeId : null
  const newId = context.index === 0 ? context.newId : `${context.newId.slice(0, 28)}${hex(context.index)}`
  return [{ sink: 'events', category, ...readEvent(payload, { ...context, envelopeId, newId }) }]
}

/** Kept like other items, and told to the monitor of its job: the same thing is counted once, by what became of it there. */
function checkInItems(item: EnvelopeItem, context: ItemContext, category: string): IntakeItem[] {
  const keptOne = keptItem(item, { kind: 'check-in', category, form: 'json' }, context)
  const fact = keptOne.sink === 'items' ? checkInOf(objectIn(item.payload), context) : null
  if (keptOne.sink !== 'items' || fact === null) return [keptOne]
  const { scrubbed = {}, ...uncounted } = keptOne
  return [
    { ...uncounted, quantity: 0 },
    { sink: 'check-ins', category, fact, scrubbed },
  ]
}

const hex = (index: number): string => index.toString(16).padStart(4, '0').slice(-4)

function sessionItems(read: (json: Loose, context: ItemContext) => ReturnType<typeof sessionFact>): ItemKind['read'] {
  return ({ payload }, context, category) => {
    const facts = read(objectIn(payload), context)
    return facts.length === 0 ? malformed(category) : facts.map(fact => ({ sink: 'sessions', category, fact }))
  }
}

const malformed = (category: string): IntakeItem[] => [{ sink: null, category, quantity: 1, reason: 'malformed' }]
