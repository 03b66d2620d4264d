import { ciMetrics, limitsOf, type RunFact } from '@gantry/core'
import { CiMetrics } from '@gantry/core/api'
import { AnomaliesConfig } from '@gantry/core/config'
import { makeBadge } from 'badge-maker'
import * as z from 'zod'
import { may, open } from '../../access/route-access.ts'
import type { ProjectContext } from '../../project/open-project.ts'
import type { Projects } from '../../project/projects.ts'
import type { ContextOf } from '../context-of.ts'
import type { Api } from '../route.ts'

const day = 86_400_000

export function metricsRoutes(app: Api, contextOf: ContextOf): void {
  const querystring = z.object({
    days: z.coerce.number().int().min(1).max(365).default(30),
    budgetMs: z.coerce
      .number()
      .int()
      .min(1_000)
      .optional()
      .describe('what a run may take; `anomalies.budget` when left out'),
  })
  app.get(
    '/metrics',
    {
      access: may('look'),
      schema: {
        tags: ['runs'],
        summary: 'Duration, success, queue time and flakes of workflows, of Gantry’s runner and of GitHub',
        querystring,
        response: { 200: CiMetrics },
      },
    },
    async request => {
      const { store, stored, project, now } = contextOf(request)
      const { days, budgetMs } = request.query
      const to = now()
      const from = new Date(to.getTime() - days * day).toISOString()
      const facts = await store.metrics.since(stored.name, from)
      // Its config has the limits, the same that alerts go by.
      const { config } = await project.current()
      // A config that an older Gantry stored does not have them.
      const limits = limitsOf(AnomaliesConfig.parse(config?.anomalies ?? {}))
      return ciMetrics(facts, {
        from,
        to: to.toISOString(),
        ...limits,
        ...(budgetMs === undefined ? {} : { budgetMs }),
      })
    },
  )
}

const colours = { success: '#147a45', failure: '#b3201f', cancelled: '#5f6775', skipped: '#5f6775' }
const words = { success: 'passing', failure: 'failing', cancelled: 'cancelled', skipped: 'skipped' }

/** GET /badge/<project>/<workflow>.svg: how the newest finished run on main ended. Readable by everyone: READMEs show it. */
export function badgeRoute(app: Api, projects: Pick<Projects, 'find'>): void {
  app.get(
    '/badge/:project/:file',
    {
      access: open('READMEs show it; it says how one workflow ended'),
      schema: { hide: true, params: z.object({ project: z.string(), file: z.string() }) },
    },
    async ({ params }, reply) => {
      const name = /^([\w.-]{1,100})\.svg$/.exec(params.file)?.[1]
      const project = projects.find(params.project)
      const facts = project && name !== undefined ? await factsOfYear(project) : []
      const isIt = (workflow: string) => workflow.replace(/\.ya?ml$/, '') === name?.replace(/\.ya?ml$/, '')
      const newest = facts.findLast(({ workflow, branch }) => branch === 'main' && isIt(workflow))
      const message = newest ? words[newest.conclusion] : 'no status'
      const svg = makeBadge({
        label: name ?? 'workflow',
        message,
        color: newest ? colours[newest.conclusion] : '#5f6775',
      })
      return reply
        .type('image/svg+xml; charset=utf-8')
        .header('cache-control', 'max-age=60')
        .header('cross-origin-resource-policy', 'cross-origin')
        .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
        .send(svg)
    },
  )
}

const factsOfYear = ({ store, stored, now }: ProjectContext): Promise<RunFact[]> =>
  store.metrics.since(stored.name, new Date(now().getTime() - 365 * day).toISOString())
