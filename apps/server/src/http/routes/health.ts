import { catalogue, type Store } from '@gantry/core'
import { openUnderAnyName } from '../../access/route-access.ts'
import type { RunningSyslog } from '../../syslog/start-syslog.ts'
import type { Api } from '../route.ts'

export interface HealthParts {
  store: Pick<Store, 'ping'>
  syslog(): Pick<RunningSyslog, 'waits'> | null
  /** What is wrong with the space, in words. */
  lack(): Promise<string | null>
}

/**
 * GET /healthz: 200 when requests are taken and the database answers. `degraded` when it answers and cannot write: a host
 * that restarts what is not healthy would make that worse. `syslog` where this server takes it: `listening`, or `waiting` for what it
 * brought to be stored.
 */
export function healthRoutes(app: Api, { store, syslog, lack }: HealthParts): void {
  app.get(
    '/healthz',
    {
      access: openUnderAnyName('hosts and load balancers ask it, and it holds no data'),
      schema: { tags: ['health'], summary: 'Whether the server and its database answer' },
    },
    async () => {
      await store.ping()
      const message = await lack()
      const listener = syslog()
      const said = listener && { syslog: listener.waits() === null ? 'listening' : 'waiting' }
      if (message === null) return { status: 'ok', ...said }
      return { status: 'degraded', code: 'STORAGE_FULL', message, hint: catalogue.STORAGE_FULL.hint, ...said }
    },
  )
}
