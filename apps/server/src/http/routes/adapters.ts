import { describeAdapters } from '@gantry/config'
import { AdapterDescription } from '@gantry/core/api'
import * as z from 'zod'
import { anybodyKnown } from '../../access/route-access.ts'
import type { Api } from '../route.ts'

/** What a `gantry.config.ts` may name on this server, for whoever draws a form or a table of it. */
export function adapterRoutes(app: Api): void {
  app.get(
    '/api/v1/adapters',
    {
      access: anybodyKnown,
      schema: {
        tags: ['config'],
        summary: 'Channels, probes, providers, rules and gates there are, with their settings',
        querystring: z.object({ kind: AdapterDescription.shape.kind.optional() }),
        response: { 200: z.object({ adapters: z.array(AdapterDescription) }) },
      },
    },
    async ({ query: { kind } }) => ({
      adapters: describeAdapters().filter(each => kind === undefined || each.kind === kind),
    }),
  )
}
