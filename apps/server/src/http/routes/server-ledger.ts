import { LedgerRow, type LedgerStore } from '@gantry/core'
import * as z from 'zod'
import { serverLedger } from '../../access/access-ledger.ts'
import { serverOwner } from '../../access/route-access.ts'
import type { Api } from '../route.ts'

/** What is about no project: who signed in, who was refused, which sessions ended. */
export function serverLedgerRoute(app: Api, ledger: Pick<LedgerStore, 'list' | 'verify'>): void {
  app.get(
    '/api/v1/server/ledger',
    {
      access: serverOwner,
      schema: {
        tags: ['ledger'],
        summary: 'Sign-ins, refusals and sessions, newest first, and whether the chain is whole',
        querystring: z.object({
          before: z.coerce.number().int().optional(),
          limit: z.coerce.number().int().min(1).max(500).default(100),
        }),
        response: { 200: z.object({ rows: z.array(LedgerRow), whole: z.boolean(), brokenAt: z.int().nullable() }) },
      },
    },
    async ({ query: { before, limit } }) => {
      const [rows, { brokenAt }] = await Promise.all([
        ledger.list(serverLedger, { limit, ...(before !== undefined && { before }) }),
        ledger.verify(serverLedger),
      ])
      return { rows, whole: brokenAt === null, brokenAt }
    },
  )
}
