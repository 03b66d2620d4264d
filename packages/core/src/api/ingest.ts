import * as z from 'zod'
import { DurationField } from '../config/duration-field.ts'
import { ForwardDropReason, ForwardState, ForwardWaiting } from '../forward/forward-store.ts'
import { IngestKey, IngestKeyKind, IngestKeyState, IngestOrigins } from '../ingest/ingest-key.ts'
import { IntakeCount } from '../ingest/intake-outcome.ts'

/** A key with what it is now, and the address a Sentry client takes. */
export const IngestKeyView = IngestKey.omit({ project: true }).extend({ state: IngestKeyState, dsn: z.string() })
export type IngestKeyView = z.output<typeof IngestKeyView>

const Limits = {
  origins: IngestOrigins.describe('pages that may report with it; empty: all'),
  perMinute: z.int().min(1).nullable().describe('items it may send in a minute; null: as many as there are'),
}

export const NewIngestKey = z.strictObject({
  service: z.string().nullable().default(null).describe('whose reports come with it; null: the project’s'),
  kind: IngestKeyKind.default('client').describe('`client` may be seen by anyone; `server` is kept by a server'),
  origins: Limits.origins.default([]),
  perMinute: Limits.perMinute.default(null),
})

export const IngestKeyLimits = z.strictObject(Limits)

export const IngestKeyRotation = z.strictObject({
  grace: DurationField.default('7d').describe('how long the former key still works; 0s: not at all'),
})

/** What came in, and what became of it, largest first. */
export const IntakeView = z.object({
  from: z.iso.datetime(),
  counts: z.array(IntakeCount.omit({ project: true, hour: true }).extend({ service: z.string().nullable() })),
})
export type IntakeView = z.output<typeof IntakeView>

/** A service that what comes in is sent on to, and what became of what was sent within a day. */
export const ForwardView = ForwardState.omit({ limits: true }).extend({
  name: z.string(),
  to: z.string().describe('what it is, in the words of the config'),
  asReceived: z.boolean().describe('whether it goes there as it came; else as Gantry keeps it'),
  waiting: ForwardWaiting.omit({ forward: true }).extend({ oldestAt: z.iso.datetime().nullable() }),
  sent: z.int().describe('things it took'),
  dropped: z.array(z.object({ reason: ForwardDropReason, quantity: z.int() })),
})
export type ForwardView = z.output<typeof ForwardView>
