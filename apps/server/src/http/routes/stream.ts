import { GantryError } from '@gantry/core'
import type { FastifyRequest } from 'fastify'
import { signedIn } from '../../access/route-access.ts'
import type { LiveHub } from '../../live/live-hub.ts'
import { type LiveStream, openLiveStream, type StreamLimits } from '../../live/live-stream.ts'
import type { Api } from '../route.ts'

export interface StreamRouteParts {
  live: LiveHub
  /** Whether whoever opened the stream could open it again now. */
  isStillIn(request: FastifyRequest): Promise<boolean>
  /** Whether whoever opened the stream may see what happens in that project. */
  isSeen(request: FastifyRequest, project: string): boolean
  limits?: StreamLimits
}

const usualLimits: StreamLimits = { beatEveryMs: 15_000, patienceMs: 30_000 }
/** A browser needs one. What is more than that many is a client that opens them without end. */
const streamsAtMost = 500

/** GET /api/v1/stream: what changes, as server-sent events; `Last-Event-ID` catches up or is told of a gap. */
export function streamRoutes(app: Api, { live, isStillIn, isSeen, limits = usualLimits }: StreamRouteParts): void {
  const open = new Set<LiveStream>()
  app.onClosing(async () => {
    for (const stream of open) stream.end()
  })
  app.get(
    '/api/v1/stream/streams',
    { access: signedIn('viewer'), schema: { tags: ['live'], summary: 'How many streams are open now' } },
    () => ({ streams: live.listeners }),
  )
  app.get(
    '/api/v1/stream',
    { access: signedIn('viewer'), schema: { tags: ['live'], summary: 'Live events (server-sent events)' } },
    (request, reply) => {
      if (request.method === 'HEAD') return reply.type('text/event-stream; charset=utf-8').send()
      if (open.size >= streamsAtMost)
        throw new GantryError('TOO_MANY_STREAMS', `${open.size} streams are open, which is the most there may be`)
      reply.hijack()
      const out = reply.raw
      out.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      })
      const cutAt = Number(request.headers['last-event-id'] ?? Number.NaN)
      const lastId = Number.isNaN(cutAt) ? null : cutAt
      const stream = openLiveStream(out, live, {
        ...{ lastId, limits },
        isStillIn: () => isStillIn(request),
        isSeen: project => isSeen(request, project),
      })
      open.add(stream)
      out.on('close', () => open.delete(stream))
      if (out.destroyed) open.delete(stream)
    },
  )
}
