import { GantryError, type KeptItem } from '@gantry/core'
import { EventIds, EventReport, KeptItemKind, KeptItems, SessionHealthView } from '@gantry/core/api'
import { eventDetails } from '@gantry/ingest'
import * as z from 'zod'
import { may } from '../../access/route-access.ts'
import { shareOf } from '../../ingest/session-shares.ts'
import type { ProjectContext } from '../../project/open-project.ts'
import type { ContextOf } from '../context-of.ts'
import type { Api } from '../route.ts'

const tags = ['issues']
const access = may('look')
const one = z.object({ id: z.string().min(1).max(80) })
const mostBeside = 50

/** What clients sent: events by their own id, the payload as it was stored, and what came beside. */
export function eventRoutes(app: Api, contextOf: ContextOf): void {
  app.get(
    '/events/:id',
    {
      access,
      schema: {
        tags,
        summary: 'An event by the id its client gave it, with all the client sent',
        params: one,
        response: { 200: EventReport },
      },
    },
    async request => {
      const context = contextOf(request)
      const { store, stored } = context
      const { issueId, event } = await found(context, request.params.id)
      const issue = await store.issues.get(stored.name, issueId)
      const payload = await store.issues.payload(stored.name, event.id)
      return {
        issue: issue?.number ?? 0,
        event: await context.located(event),
        details: payload && eventDetails(payload),
        items: (await besides(context, event)).map(shown),
      }
    },
  )
  app.get(
    '/events/:id/payload',
    { access, schema: { tags, summary: 'What its client sent, scrubbed, as JSON', params: one } },
    async (request, reply) => {
      const context = contextOf(request)
      const payload = await context.store.issues.payload(context.stored.name, idIn(request.params.id))
      if (!payload) throw new GantryError('NOT_FOUND', `nothing is kept of event ${request.params.id.slice(0, 40)}`)
      return reply.type('application/json; charset=utf-8').send(Buffer.from(payload))
    },
  )
  eventIdsRoute(app, contextOf)
  itemRoutes(app, contextOf)
  sessionRoute(app, contextOf)
}

function eventIdsRoute(app: Api, contextOf: ContextOf): void {
  app.get(
    '/event-ids',
    {
      access,
      schema: {
        tags,
        summary: 'Ids of events since a moment, with the numbers of their issues',
        querystring: z.object({
          from: z.iso.datetime(),
          after: z
            .string()
            .regex(/^\d{4}-\d\d-\d\d\.[\w-]{1,80}$/)
            .optional(),
          limit: z.coerce.number().int().min(1).max(10_000).default(1_000),
        }),
        response: { 200: EventIds },
      },
    },
    request => {
      const { store, stored } = contextOf(request)
      const { from, after = null, limit } = request.query
      return store.issues.eventIds(stored.name, { from, after, limit })
    },
  )
}

function itemRoutes(app: Api, contextOf: ContextOf): void {
  const querystring = z.object({
    kind: KeptItemKind.optional(),
    event: z.string().optional().describe('id of the event it belongs to'),
    trace: z.string().optional().describe('id of the trace it belongs to'),
    limit: z.coerce.number().int().min(1).max(1_000).default(100),
  })
  app.get(
    '/items',
    {
      access,
      schema: {
        tags: ['ingest'],
        summary: 'Attachments, spans, feedback, check-ins and what else clients sent, the newest first',
        querystring,
        response: { 200: KeptItems },
      },
    },
    async request => {
      const { store, stored } = contextOf(request)
      const { kind, event, trace, limit } = request.query
      const items = await store.items.list(stored.name, {
        limit,
        ...(kind !== undefined && { kind }),
        ...(event !== undefined && { eventId: idIn(event) }),
        ...(trace !== undefined && { traceId: trace }),
      })
      return { items: items.map(shown) }
    },
  )
  app.get(
    '/items/:id/content',
    { access, schema: { tags: ['ingest'], summary: 'What is in it, as a file', params: one } },
    async (request, reply) => {
      const { store, stored } = contextOf(request)
      const kept = await store.items.get(stored.name, request.params.id)
      if (!kept) throw new GantryError('NOT_FOUND', `no item ${request.params.id.slice(0, 40)}`)
      // Never shown in place: a stranger chose every byte of it.
      reply.header('content-disposition', `attachment; filename="${fileName(kept.item)}"`)
      return reply.type('application/octet-stream').send(Buffer.from(kept.content))
    },
  )
}

function sessionRoute(app: Api, contextOf: ContextOf): void {
  app.get(
    '/session-health',
    {
      access,
      schema: {
        tags: ['releases'],
        summary: 'Sessions and people without a crash, by release',
        querystring: z.object({
          hours: z.coerce.number().int().min(1).max(720).default(168),
          release: z.string().optional(),
        }),
        response: { 200: SessionHealthView },
      },
    },
    async request => {
      const { store, stored, now } = contextOf(request)
      const { hours, release } = request.query
      const from = new Date(now().getTime() - hours * 3_600_000).toISOString()
      const releases = await store.clientSessions.health(stored.name, {
        from,
        ...(release !== undefined && { release }),
      })
      return {
        from,
        releases: releases.map(health => ({
          ...health,
          crashFreeSessions: shareOf(health.sessions, health.crashed),
          crashFreePeople: shareOf(health.people, health.peopleWithCrash),
        })),
      }
    },
  )
}

async function found({ store, stored }: ProjectContext, id: string) {
  const event = await store.issues.event(stored.name, idIn(id))
  if (event) return event
  throw new GantryError('NOT_FOUND', `no event ${id.slice(0, 40)} is kept`)
}

/** Attachments and feedback name the event; spans its trace. */
async function besides({ store, stored }: ProjectContext, event: { id: string; traceId: string | null }) {
  const own = await store.items.list(stored.name, { eventId: event.id, limit: mostBeside })
  const { traceId } = event
  const traced = traceId === null ? [] : await store.items.list(stored.name, { traceId, limit: mostBeside })
  return [...new Map([...own, ...traced].map(item => [item.id, item])).values()]
}

const shown = ({ project: _, ...item }: KeptItem) => item

/** As clients write it, with dashes or without. */
const idIn = (text: string): string => text.replaceAll('-', '').toLowerCase()

const fileName = ({ name, type }: KeptItem): string => (name ?? type).replace(/[^\w.-]+/g, '_').slice(0, 100)
