import type { IntakeItem, ItemOutcome } from '@gantry/core'
import { envelopeLimits } from '../../body/read-body.ts'
import { type Asked, defineProtocol, type Reply, type Sender } from '../define-protocol.ts'
import { pauseUnkept, sentryCors, sentryPreflight, sentryRefusal } from './answers.ts'
import { discardedIn } from './client-report.ts'
import { type EnvelopeItem, readEnvelope } from './envelope.ts'
import { eventFact } from './event-fact.ts'
import { itemKinds } from './item-kinds.ts'
import { linesIn } from './log-lines.ts'
import { keyOfDsn, sentryKey } from './sentry-key.ts'
import { sentry } from './settings.ts'

/** POST /api/<number of the project>/envelope/. 200 means that what has a store is stored; 429 that nothing of it was. */
export const protocol = defineProtocol(sentry, {
  paths: ['/api/:number/envelope/'],
  auth: {
    by: 'ingest key',
    kinds: ['client', 'server'],
    projectIn: ({ params }) => params['number'] ?? '',
    keyIn: asked => sentryKey(shownIn(asked)),
  },
  limits: envelopeLimits,
  read(bytes) {
    const { header, items } = readEnvelope(bytes)
    const dsn = typeof header['dsn'] === 'string' ? header['dsn'] : undefined
    const envelopeId = header['event_id']
    return {
      key: keyOfDsn(dsn),
      items(sender) {
        const read = items.flatMap(item => itemsOf(item, envelopeId, sender))
        const event = read.find(item => item.sink === 'events')
        return { items: read, id: event?.fact.id ?? String(envelopeId ?? sender.newId) }
      },
    }
  },
  answer: (id, outcomes) => accepted(id, outcomes),
  refuse: sentryRefusal,
  cors: { answer: sentryCors, preflight: sentryPreflight },
})

function shownIn({ query, headers }: Asked): { query: string | undefined; header: string | undefined } {
  const header = headers['x-sentry-auth']
  return { query: query['sentry_key'], header: typeof header === 'string' ? header : undefined }
}

function itemsOf(item: EnvelopeItem, envelopeId: unknown, sender: Sender): IntakeItem[] {
  const kind = Object.hasOwn(itemKinds, item.type) ? itemKinds[item.type] : undefined
  if (!kind) return [{ sink: null, category: 'default', quantity: 1, reason: 'unknown' }]
  const { sink, category } = kind
  const malformed = [{ sink: null, category, quantity: 1, reason: 'malformed' } as const]
  if (sink === 'events') return [{ sink, category, fact: eventFact(item.payload, { ...sender, envelopeId }) }]
  if (sink === 'lines') return linesIn(item.payload, sender)?.map(fact => ({ sink, category, fact })) ?? malformed
  if (sink === 'client-reports')
    return discardedIn(item.payload)?.map(fact => ({ sink, category: fact.category, fact })) ?? malformed
  return [{ sink, category, quantity: countOf(item) }]
}

/** Items that hold several say how many. */
function countOf({ header }: EnvelopeItem): number {
  const count = header['item_count']
  return typeof count === 'number' && Number.isInteger(count) && count > 0 ? Math.min(count, 10_000) : 1
}

/** Sentry's clients read nothing of the body but `id`; people and tests read what was dropped. */
function accepted(id: string | null, outcomes: readonly ItemOutcome[]): Reply {
  const dropped = outcomes
    .filter(({ outcome }) => outcome === 'dropped')
    .map(({ category, reason, quantity }) => ({ category, reason, quantity }))
  return {
    status: 200,
    headers: pauseUnkept(dropped),
    body: { id, ...(dropped.length > 0 && { dropped }) },
  }
}
