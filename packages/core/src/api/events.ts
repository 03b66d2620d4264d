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
