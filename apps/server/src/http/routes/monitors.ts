import { MonitorView } from '@gantry/core/api'
import * as z from 'zod'
import { may } from '../../access/route-access.ts'
import type { ContextOf } from '../context-of.ts'
import type { Api } from '../route.ts'

const shown = 60

export function monitorRoutes(app: Api, contextOf: ContextOf): void {
  app.get(
    '/monitors',
    {
      access: may('look'),
      schema: {
        tags: ['monitors'],
        summary: 'What is probed, with its newest checks',
        response: { 200: z.object({ monitors: z.array(MonitorView) }) },
      },
    },
    async request => {
      const { store, stored } = contextOf(request)
      const monitors = await store.monitors.list(stored.name)
      const views = monitors.map(async monitor => ({
        ...monitor,
        recent: (await store.monitors.checks(stored.name, monitor.id, shown)).toSorted((a, b) =>
          a.at.localeCompare(b.at),
        ),
      }))
      return { monitors: await Promise.all(views) }
    },
  )
}
