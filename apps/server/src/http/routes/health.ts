import type { Store } from '@gantry/core'
import type { FastifyInstance } from 'fastify'

/** GET /healthz: 200 when requests are taken and the database answers. */
export function healthRoutes(app: FastifyInstance, store: Store): void {
  app.get(
    '/healthz',
    { schema: { tags: ['health'], summary: 'Whether the server and its database answer' } },
    async () => {
      await store.ping()
      return { status: 'ok' }
    },
  )
}
