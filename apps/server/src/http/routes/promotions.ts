import { Checklist, Promotion } from '@gantry/core'
import { ActBody, NewPromotion, OverrideBody, TaskTickBody } from '@gantry/core/api'
import * as z from 'zod'
import { may } from '../../access/route-access.ts'
import { releaseMeant } from '../../release/release-meant.ts'
import type { ContextOf } from '../context-of.ts'
import { callerIn, personIn } from '../door.ts'
import type { Api } from '../route.ts'

const tags = ['releases']
const one = z.object({ id: z.string() })

const verbs = {
  approve: 'Say yes to a promotion',
  reject: 'Say no to a promotion, which ends it',
  withdraw: 'Take an own yes back, while nothing of it is under way',
} as const

/** What people decide about promotions. */
export function promotionRoutes(app: Api, contextOf: ContextOf): void {
  requestRoute(app, contextOf)
  for (const verb of ['approve', 'reject', 'withdraw'] as const) {
    app.post(
      `/promotions/:id/${verb}`,
      {
        access: may('approve'),
        schema: { tags, summary: verbs[verb], params: one, body: ActBody, response: { 200: Promotion } },
      },
      async request => {
        const { person } = personIn(request)
        const { promotions } = contextOf(request)
        return promotions.shown(await promotions[verb](request.params.id, { person, ...request.body }))
      },
    )
  }
  app.post(
    '/promotions/:id/override',
    {
      access: may('override'),
      schema: {
        tags,
        summary: 'Let a promotion past a gate that is about the moment, such as a freeze',
        params: one,
        body: OverrideBody,
        response: { 200: Promotion },
      },
    },
    async request => {
      const { person } = personIn(request)
      const { promotions } = contextOf(request)
      const { gate, ...act } = request.body
      return promotions.shown(await promotions.override(request.params.id, gate, { person, ...act }))
    },
  )
  app.get(
    '/promotions',
    {
      access: may('look'),
      schema: {
        tags,
        summary: 'Promotions that wait',
        response: { 200: z.object({ promotions: z.array(Promotion) }) },
      },
    },
    async request => {
      const { store, stored, promotions } = contextOf(request)
      const open = await store.promotions.list(stored.name, { open: true })
      return { promotions: await Promise.all(open.map(one => promotions.shown(one))) }
    },
  )
}

/** A job that runs on GitHub asks, and goes home: once it is approved, the run that deploys is started there. */
function requestRoute(app: Api, contextOf: ContextOf): void {
  app.post(
    '/promotions',
    {
      access: may('release'),
      schema: {
        tags,
        summary: 'Ask for a release to be let into an environment; the run that deploys it is started on GitHub then',
        body: NewPromotion,
        response: { 202: z.object({ promotion: Promotion.nullable().describe('null: nobody has to let it in') }) },
      },
    },
    async (request, reply) => {
      const { github, newId } = contextOf(request)
      const { run = newId(), ...asked } = request.body
      const promotion = await github.promote({ ...asked, run, actor: callerIn(request).name })
      return reply.status(202).send({ promotion })
    },
  )
}

/** What people go through before they decide. */
export function checklistRoutes(app: Api, contextOf: ContextOf): void {
  app.get(
    '/releases/:id/checklist',
    {
      access: may('look'),
      schema: {
        tags,
        summary: 'The checklist at the commit of a release, and who ticked what; null where there is none',
        params: one,
        response: { 200: z.object({ checklist: Checklist.nullable() }) },
      },
    },
    async request => {
      const context = contextOf(request)
      return { checklist: await context.checklists.of(await releaseMeant(request.params.id, context)) }
    },
  )
  app.post(
    '/releases/:id/checklist',
    {
      access: may('tick'),
      schema: {
        tags,
        summary: 'Tick a task of the checklist, or take that back',
        params: one,
        body: TaskTickBody,
        response: { 200: z.object({ checklist: Checklist }) },
      },
    },
    async request => {
      const context = contextOf(request)
      const { task, done: isDone } = request.body
      const { person } = personIn(request)
      const release = await releaseMeant(request.params.id, context)
      return { checklist: await context.checklists.tick(release, task, { isDone, person }) }
    },
  )
}
