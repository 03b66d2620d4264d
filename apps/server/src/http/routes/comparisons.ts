import { DeliveryFigures, ReleaseComparison, releaseNotes } from '@gantry/core'
import { requireEnvironment } from '@gantry/core/config'
import * as z from 'zod'
import { may } from '../../access/route-access.ts'
import { changesetsIn, compareReleases } from '../../release/compare.ts'
import { figuresOf } from '../../release/figures.ts'
import { releaseMeant } from '../../release/release-meant.ts'
import type { ContextOf } from '../context-of.ts'
import type { Api } from '../route.ts'

const tags = ['releases']
const one = z.object({ id: z.string() })
const since = z.object({ since: z.string().describe('the release before, or the beginning of its id') })
const dayMs = 86_400_000
const readsOf = ({ repository, store }: ReturnType<ContextOf>) => ({ repository, deployments: store.deployments })

/** What releases bring, one against another, and how often and how well they are delivered. */
export function comparisonRoutes(app: Api, contextOf: ContextOf): void {
  app.get(
    '/releases/:id/compare',
    {
      access: may('look'),
      schema: {
        tags,
        summary: 'What a release has that another has not: commits, files, migrations, variables, dependencies',
        params: one,
        querystring: since,
        response: { 200: ReleaseComparison },
      },
    },
    async request => {
      const context = contextOf(request)
      const from = await releaseMeant(request.query.since, context)
      return compareReleases(from, await releaseMeant(request.params.id, context), readsOf(context))
    },
  )
  app.get(
    '/releases/:id/notes',
    {
      access: may('look'),
      schema: {
        tags,
        summary: 'Release notes as Markdown, from changesets and commits',
        params: one,
        querystring: since,
        response: { 200: z.object({ notes: z.string() }) },
      },
    },
    async request => {
      const context = contextOf(request)
      const from = await releaseMeant(request.query.since, context)
      const to = await releaseMeant(request.params.id, context)
      const comparison = await compareReleases(from, to, readsOf(context))
      return { notes: releaseNotes(comparison, await changesetsIn(comparison, context.repository)) }
    },
  )
  figuresRoute(app, contextOf)
}

function figuresRoute(app: Api, contextOf: ContextOf): void {
  app.get(
    '/environments/:environment/figures',
    {
      access: may('look'),
      schema: {
        tags,
        summary:
          'How often and how well releases are delivered there, each figure with the rows of the ledger it is counted from',
        params: z.object({ environment: z.string() }),
        querystring: z.object({ days: z.coerce.number().int().min(1).max(365).default(30) }),
        response: { 200: DeliveryFigures },
      },
    },
    async request => {
      const { store, stored, project, now } = contextOf(request)
      const { environment } = request.params
      const { config } = await project.current()
      if (config) requireEnvironment(config, environment)
      const to = now()
      const from = new Date(to.getTime() - request.query.days * dayMs).toISOString()
      return figuresOf({ environment, from, to: to.toISOString() }, { project: stored.name, store })
    },
  )
}
