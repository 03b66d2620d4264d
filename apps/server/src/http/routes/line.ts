import { GantryError, LedgerRow } from '@gantry/core'
import { Line } from '@gantry/core/api'
import { Config } from '@gantry/core/config'
import * as z from 'zod'
import { itsCommit, type ShaOfRun } from '../../access/job-rules.ts'
import { may } from '../../access/route-access.ts'
import type { ContextOf } from '../context-of.ts'
import type { Api } from '../route.ts'

const configOfCommit = z.object({ config: Config, sha: z.string() })

/** The first screen, the config and the ledger of a project. */
export function lineRoutes(app: Api, contextOf: ContextOf, shaOfRun: ShaOfRun): void {
  app.get(
    '/line',
    {
      access: may('look'),
      schema: { tags: ['line'], summary: 'What runs where, and how it does', response: { 200: Line } },
    },
    request => contextOf(request).line(),
  )

  app.get(
    '/config',
    {
      access: may('look'),
      schema: {
        tags: ['line'],
        summary: 'The config of the newest commit of main',
        response: { 200: configOfCommit },
      },
    },
    async request => {
      const { config, configSha } = await contextOf(request).project.current()
      if (config && configSha) return { config, sha: configSha }
      throw new GantryError('CONFIG_MISSING', 'nothing with a gantry.config.ts was pushed to main yet')
    },
  )

  // It executes what that commit holds, so it takes what starting a run of that commit takes.
  app.get(
    '/commits/:sha/config',
    {
      access: may('run', itsCommit('params', ['release'], shaOfRun)),
      schema: {
        tags: ['line'],
        summary: 'The config of any commit, merged or not',
        params: z.object({ sha: z.string().regex(/^[0-9a-f]{40}$/) }),
        response: { 200: configOfCommit },
      },
    },
    async request => {
      const { sha } = request.params
      return { config: await contextOf(request).configAt(sha), sha }
    },
  )
  ledgerRoute(app, contextOf)
}

function ledgerRoute(app: Api, contextOf: ContextOf): void {
  app.get(
    '/ledger',
    {
      access: may('look'),
      schema: {
        tags: ['ledger'],
        summary: 'Every act, newest first, and whether the chain is whole',
        querystring: z.object({
          before: z.coerce.number().int().optional(),
          limit: z.coerce.number().int().min(1).max(500).default(100),
        }),
        response: { 200: z.object({ rows: z.array(LedgerRow), whole: z.boolean(), brokenAt: z.int().nullable() }) },
      },
    },
    async request => {
      const { store, stored } = contextOf(request)
      const { before, limit } = request.query
      const [rows, { brokenAt }] = await Promise.all([
        store.ledger.list(stored.name, { limit, ...(before !== undefined && { before }) }),
        store.ledger.verify(stored.name),
      ])
      return { rows, whole: brokenAt === null, brokenAt }
    },
  )
}
