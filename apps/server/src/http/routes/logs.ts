import { barMs, everyBar, LogLevel } from '@gantry/core'
import { LogPage } from '@gantry/core/api'
import * as z from 'zod'
import { itsEnvironment } from '../../access/job-rules.ts'
import { may } from '../../access/route-access.ts'
import type { ContextOf } from '../context-of.ts'
import type { Api } from '../route.ts'

const instant = z.iso.datetime()

export function logRoutes(app: Api, contextOf: ContextOf): void {
  const querystring = z.object({
    q: z.string().max(1_000).optional(),
    service: z.string().optional(),
    environment: z.string().optional(),
    release: z.string().optional(),
    level: LogLevel.optional(),
    traceId: z.string().optional(),
    from: instant.optional(),
    to: instant.optional(),
    before: z.string().optional(),
    after: z.string().optional(),
    limit: z.coerce.number().int().min(1).max(5_000).default(500),
    histogram: z.enum(['true', 'false']).default('true').describe('`false` leaves the counts out, which costs less'),
  })
  app.get(
    '/logs',
    {
      access: may('look', itsEnvironment('query', ['deploy', 'rollback'])),
      schema: {
        tags: ['logs'],
        summary: 'Lines the services wrote, oldest first',
        querystring,
        response: { 200: LogPage },
      },
    },
    async request => {
      const { store, stored, now } = contextOf(request)
      const { q, histogram: isCounted, ...rest } = request.query
      const to = rest.to ?? now().toISOString()
      const from = rest.from ?? new Date(Date.parse(to) - 15 * 60_000).toISOString()
      const named = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
      const query = { ...named, ...(q && { text: q }), from, ...(rest.to && { to }) }
      const stepMs = barMs({ from, to })
      const [page, histogram] = await Promise.all([
        store.lines.search(stored.name, query),
        isCounted === 'true'
          ? store.lines
              .histogram(stored.name, { ...query, to }, stepMs)
              .then(found => everyBar(found, { from, to }, stepMs))
          : [],
      ])
      return { ...page, histogram, barMs: stepMs }
    },
  )
}
