import type { GantryError, IntakeItem, ItemOutcome } from '@gantry/core'
import { requireFewValues } from '../../body/few-values.ts'
import { envelopeLimits } from '../../body/read-body.ts'
import { requireFewLines } from '../../logs/record-line.ts'
import { type Asked, defineProtocol, type Reading, type Reply, type Sender } from '../define-protocol.ts'
import { pauseLimited, sentryCors, sentryPreflight, sentryRefusal } from './answers.ts'
import { clientClock } from './client-clock.ts'
import { readEnvelope } from './envelope.ts'
import { idOf } from './event-fact.ts'
import { itemsOf } from './item-kinds.ts'
import { readMinidump } from './minidump.ts'
import { relayEnvelope } from './relay-envelope.ts'
import { readSecurityReport } from './security-report.ts'
import { keyOfDsn, sentryKey } from './sentry-key.ts'
import { sentry } from './settings.ts'
import { skipLarge } from './skip-large.ts'
import { readStored } from './stored-event.ts'

const envelopePath = '/api/:number/envelope/'
/** What is sent to each path becomes an envelope: the way most of it comes anyway. */
const readers = {
  [envelopePath]: readEnvelope,
  '/api/:number/store/': readStored,
  '/api/:number/security/': readSecurityReport,
  '/api/:number/minidump/': readMinidump,
}

/** With attachments that are left out. What comes to the other paths has no items to leave out. */
const wholeEnvelopeBytes = 200 * 1024 * 1024
const sievedLimits = { ...envelopeLimits, sieve: { wholeBytes: wholeEnvelopeBytes, make: skipLarge } }

/** 200 means that what is in there is stored, or counted with the reason why not; 429 that nothing of it was. */
export const protocol = defineProtocol(sentry, {
  paths: Object.keys(readers) as [string, ...string[]],
  auth: {
    by: 'ingest key',
    kinds: ['client', 'server'],
    projectIn: ({ params }) => params['number'] ?? '',
    keyIn: sentryKey,
  },
  limits: path => (path === envelopePath ? sievedLimits : envelopeLimits),
  read(bytes, asked) {
    const envelope = readerFor(asked)(bytes, asked)
    const { header, items } = envelope
    const events = items.filter(({ type }) => type === 'event')
    const envelopeId = idOf(header['event_id'])
    return {
      key: keyOfDsn(header['dsn']),
      items(sender: Sender) {
        const clock = clientClock(sender.receivedAt, header['sent_at'])
        const context = { ...sender, envelopeId, isOnlyEvent: events.length === 1, clock }
        // Lines of all items wait together for their write.
        requireFewValues(...items.flatMap(({ type, payload }) => (type === 'log' ? [payload] : [])))
        const made = items.map((item, index) => itemsOf(item, { ...context, index }))
        const read = made.flat()
        requireFewLines(read.filter(({ sink }) => sink === 'lines').length)
        const counts = items.map((item, index) => ({ item, count: made[index]?.length ?? 0 }))
        const relay = relayEnvelope(envelope, counts, sender.settings)
        return { items: read, id: idOfFirst(read) ?? envelopeId ?? sender.newId, relay }
      },
    } satisfies Reading
  },
  answer: (id, outcomes) => accepted(id, outcomes),
  refuse: (error: GantryError) => sentryRefusal(error),
  cors: { answer: sentryCors, preflight: sentryPreflight },
})

const readerFor = ({ path }: Asked) =>
  Object.hasOwn(readers, path) ? readers[path as keyof typeof readers] : readEnvelope

const idOfFirst = (items: readonly IntakeItem[]): string | undefined =>
  items.find(item => item.sink === 'events')?.fact.event.id

/** Sentry's clients read nothing of the body but `id`; people and tests read what was dropped. */
function accepted(id: string | null, outcomes: readonly ItemOutcome[]): Reply {
  const dropped = outcomes
    .filter(({ outcome }) => outcome === 'dropped')
    .map(({ category, reason, quantity }) => ({ category, reason, quantity }))
  return { status: 200, headers: pauseLimited(dropped), body: { id, ...(dropped.length > 0 && { dropped }) } }
}
