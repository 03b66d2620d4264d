import type { MonitorStore } from '@gantry/core'
import { MonitorView } from '@gantry/core/api'
import * as z from 'zod'
import { signedIn } from '../../access/route-access.ts'
import type { Api } from '../route.ts'

const shown = 60

export function monitorRoutes(app: Api, parts: { project: string; monitors: MonitorStore }): void {
  app.get(
    '/api/v1/monitors',
    {
      access: signedIn('viewer'),
      schema: {
        tags: ['monitors'],
        summary: 'What is probed, with its newest checks',
        response: { 200: z.object({ monitors: z.array(MonitorView) }) },
      },
    },
    async () => {
      const monitors = await parts.monitors.list(parts.project)
      const views = monitors.map(async monitor => ({
        ...monitor,
        recent: (await parts.monitors.checks(monitor.id, shown)).toSorted((a, b) => a.at.localeCompare(b.at)),
      }))
      return { monitors: await Promise.all(views) }
    },
  )
}
