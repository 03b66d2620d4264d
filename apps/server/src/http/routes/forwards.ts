import { ForwardView } from '@gantry/core/api'
import * as z from 'zod'
import { may } from '../../access/route-access.ts'
import type { ContextOf } from '../context-of.ts'
import type { Api } from '../route.ts'

/** What is sent on to other services, what waits, and what was dropped and why. */
export function forwardRoutes(app: Api, contextOf: ContextOf): void {
  app.get(
    '/forwards',
    {
      access: may('look'),
      schema: {
        tags: ['ingest'],
        summary: 'Services that what comes in is sent on to, and what became of it within a day',
        response: { 200: z.object({ forwards: z.array(ForwardView) }) },
      },
    },
    async request => ({ forwards: await contextOf(request).forwards.view() }),
  )
}
