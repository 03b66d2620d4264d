import { GantryError } from '@gantry/core'
import type { FastifyRequest } from 'fastify'
import type { SeenProjects } from '../../access/caller.ts'
import { anybodyKnown } from '../../access/route-access.ts'
import type { LiveHub } from '../../live/live-hub.ts'
import { type LiveStream, openLiveStream, type StreamLimits } from '../../live/live-stream.ts'
import type { Api } from '../route.ts'

export interface StreamRouteParts {
  live: LiveHub
  /** The projects that whoever opened the stream may see now; null when they could not open it any more. */
  seenBy(request: FastifyRequest): Promise<SeenProjects | null>
  limits?: StreamLimits
}

const usualLimits: StreamLimits = { beatEveryMs: 15_000, patienceMs: 30_000 }
/** A browser needs one. What is more than that many is a client that opens them without end. */
const streamsAtMost = 500

/** GET /api/v1/stream: what changes, as server-sent events; `Last-Event-ID` catches up or is told of a gap. */
export function streamRoutes(app: Api, { live, seenBy, limits = usualLimits }: StreamRouteParts): void {
  const open = new Set<LiveStream>()
  app.onClosing(async () => {
    for (const stream of open) stream.end()
  })
  app.get(
    '/api/v1/stream/streams',
    { access: anybodyKnown, schema: { tags: ['live'], summary: 'How many streams are open now' } },
    () => ({ streams: open.size }),
  )
  app.get(
    '/api/v1/stream',
    { access: anybodyKnown, schema: { tags: ['live'], summary: 'Live events (server-sent events)' } },
    async (request, reply) => {
      if (request.method === 'HEAD') return reply.type('text/event-stream; charset=utf-8').send()
      if (open.size >= streamsAtMost)
        throw new GantryError('TOO_MANY_STREAMS', `${open.size} streams are open, which is the most there may be`)
      const seen = (await seenBy(request)) ?? new Set<string>()
      reply.hijack()
      const out = reply.raw
      out.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      })
      const last = request.headers['last-event-id']
      const stream = openLiveStream(out, live, {
        ...{ last: typeof last === 'string' && last !== '' ? last : null, limits, seen },
        look: () => seenBy(request),
      })
      open.add(stream)
      out.on('close', () => open.delete(stream))
      if (out.destroyed) open.delete(stream)
    },
  )
}
