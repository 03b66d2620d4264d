import type { FastifyInstance } from 'fastify'
import type { LiveHub, NumberedEvent } from '../../live/live-hub.ts'

const beatEveryMs = 15_000

/** GET /api/v1/stream: what changes, as server-sent events; `Last-Event-ID` catches up or is told of a gap. */
export function streamRoutes(app: FastifyInstance, live: LiveHub): void {
  const open = new Set<() => void>()
  app.addHook('preClose', async () => {
    for (const end of [...open]) end()
  })
  app.get('/api/v1/stream/streams', { schema: { tags: ['live'], summary: 'How many streams are open now' } }, () => ({
    streams: live.listeners,
  }))
  app.get(
    '/api/v1/stream',
    { schema: { tags: ['live'], summary: 'Live events (server-sent events)' } },
    (request, reply) => {
      reply.hijack()
      const out = reply.raw
      out.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      })
      const send = (name: string, data: unknown, id?: number) =>
        out.write(`${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`)
      const pass = ({ id, event }: NumberedEvent) => send('message', event, id)
      const now = () => ({ at: new Date().toISOString(), lastId: live.lastId })

      const cutAt = Number(request.headers['last-event-id'] ?? Number.NaN)
      send('hello', now())
      const missed = Number.isNaN(cutAt) ? [] : live.since(cutAt)
      if (missed === null) send('gap', now(), live.lastId)
      else missed.forEach(pass)

      const stop = live.listen(pass)
      const beat = setInterval(() => send('beat', now()), beatEveryMs)
      const end = () => {
        open.delete(end)
        stop()
        clearInterval(beat)
        out.end()
      }
      open.add(end)
      out.on('close', end)
      // Gone while we looked up who asks: `close` was then before we listened.
      if (out.destroyed) end()
    },
  )
}
