import * as z from 'zod'
import { EventDetails } from '../event/error-event.ts'
import { KeptItem } from '../ingest/kept-item.ts'
import { SessionHealth } from '../ingest/session-health.ts'
import { EventView } from './views.ts'

/** One event with all its client sent, and what came beside it. */
export const EventReport = z.object({
  issue: z.int(),
  event: EventView,
  details: EventDetails.nullable().describe('null: what its client sent is not kept'),
  items: z.array(KeptItem.omit({ project: true })).describe('its attachments, feedback and spans, the newest first'),
})
export type EventReport = z.output<typeof EventReport>

export const KeptItems = z.object({ items: z.array(KeptItem.omit({ project: true })) })

/** How sessions of each release went. */
export const SessionHealthView = z.object({
  from: z.iso.datetime(),
  releases: z.array(
    SessionHealth.extend({
      crashFreeSessions: z.number().nullable().describe('share of its sessions without a crash; null: it has none'),
      crashFreePeople: z.number().nullable().describe('share of its people without a crash; null: none is known'),
    }),
  ),
})
export type SessionHealthView = z.output<typeof SessionHealthView>

/** Ids of events and the numbers of their issues: enough to compare with another service that has the same events. */
export const EventIds = z.object({
  events: z.array(z.object({ id: z.string(), at: z.iso.datetime(), issue: z.int() })),
  next: z.string().nullable().describe('`after` of the next page; null: there is none'),
})
export type EventIds = z.output<typeof EventIds>
