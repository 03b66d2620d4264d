import { catalogue, type Store } from '@gantry/core'
import { openUnderAnyName } from '../../access/route-access.ts'
import type { Api } from '../route.ts'

/**
 * GET /healthz: 200 when requests are taken and the database answers. `degraded` when it answers and cannot write: a host
 * that restarts what is not healthy would make that worse.
 */
export function healthRoutes(app: Api, store: Store, lack: () => Promise<string | null>): void {
  app.get(
    '/healthz',
    {
      access: openUnderAnyName('hosts and load balancers ask it, and it holds no data'),
      schema: { tags: ['health'], summary: 'Whether the server and its database answer' },
    },
    async () => {
      await store.ping()
      const message = await lack()
      if (message === null) return { status: 'ok' }
      return { status: 'degraded', code: 'STORAGE_FULL', message, hint: catalogue.STORAGE_FULL.hint }
    },
  )
}
