import { GantryError } from '@gantry/core'
import { SpanDetails, TraceView } from '@gantry/core/api'
import type { ReadSpan } from '@gantry/ingest'
import * as z from 'zod'
import { may } from '../../access/route-access.ts'
import { readTrace } from '../../trace/read-trace.ts'
import { spanOfTrace } from '../../trace/trace-items.ts'
import type { ContextOf } from '../context-of.ts'
import type { Api } from '../route.ts'

const tags = ['traces']
const access = may('look')
/** As headers and clients write it. */
const traceId = z
  .string()
  .transform(id => id.replaceAll('-', '').toLowerCase())
  .pipe(z.string().regex(/^[0-9a-f]{16,32}$/, 'expected a trace id: 32 hex digits'))

export function traceRoutes(app: Api, contextOf: ContextOf): void {
  app.get(
    '/traces/:id',
    {
      access,
      schema: {
        tags,
        summary: 'A trace: its spans as a tree, its errors, log lines and the deployments of where it passed',
        params: z.object({ id: traceId }),
        response: { 200: TraceView },
      },
    },
    request => readTrace(request.params.id, contextOf(request)),
  )
  app.get(
    '/traces/:id/spans/:span',
    {
      access,
      schema: {
        tags,
        summary: 'All the client said of one span',
        params: z.object({ id: traceId, span: z.string().max(32) }),
        response: { 200: SpanDetails },
      },
    },
    async request => {
      const { store, stored } = contextOf(request)
      const { id, span } = request.params
      const found = await spanOfTrace({ project: stored.name, traceId: id, items: store.items }, span.toLowerCase())
      if (!found) throw new GantryError('NOT_FOUND', `no span ${span} of trace ${id} is kept`)
      return detailsOf(found)
    },
  )
  app.get(
    '/events/:id/trace',
    {
      access,
      schema: {
        tags,
        summary: 'The trace an event happened in',
        params: z.object({ id: z.string().min(1).max(80) }),
        response: { 200: TraceView },
      },
    },
    async request => {
      const context = contextOf(request)
      const id = request.params.id.replaceAll('-', '').toLowerCase()
      const found = await context.store.issues.event(context.stored.name, id)
      if (!found) throw new GantryError('NOT_FOUND', `no event ${id.slice(0, 40)} is kept`)
      const { traceId: trace } = found.event
      if (trace === null) throw new GantryError('TRACE_NOT_KEPT', `event ${id} names no trace`)
      return readTrace(trace.toLowerCase(), context)
    },
  )
}

const mostFacts = 200
const longestValue = 4_000

function detailsOf({ id, attributes, events, links }: ReadSpan): SpanDetails {
  return {
    id,
    attributes: factsOf(attributes),
    events: events.slice(0, mostFacts).map(({ name, atMs, attributes: said }) => ({
      name,
      at: atMs === null || Math.abs(atMs) > 8.64e15 ? null : new Date(atMs).toISOString(),
      facts: factsOf(said),
    })),
    links: links.slice(0, mostFacts),
  }
}

const factsOf = (said: Record<string, unknown>) =>
  Object.entries(said)
    .slice(0, mostFacts)
    .map(([name, value]) => ({
      name,
      value: (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, longestValue),
    }))
