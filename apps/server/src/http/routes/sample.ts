import { GantryError } from '@gantry/core'
import * as z from 'zod'
import { may } from '../../access/route-access.ts'
import type { ComposedSample } from '../../compose-sample.ts'
import type { ProjectContext } from '../../project/open-project.ts'
import { production } from '../../sample/sample-facts.ts'
import type { ContextOf } from '../context-of.ts'
import type { Api } from '../route.ts'

const tags = ['sample']
const pushedBranch = z.object({ branch: z.string(), sha: z.string() })

/** Pushes of the sample's prepared breaks, exactly as a person would push them: for drills and for trying things. */
export function sampleRoutes(app: Api, contextOf: ContextOf): void {
  app.post(
    '/sample/breaks/:name/push',
    {
      access: may('run'),
      schema: {
        tags,
        summary: 'Push a prepared break as a branch',
        params: z.object({ name: z.string() }),
        response: { 201: pushedBranch },
      },
    },
    async (request, reply) => {
      return reply.status(201).send(await sampleOf(contextOf(request)).sample.pushBreak(request.params.name))
    },
  )
  app.post(
    '/sample/merge',
    {
      access: may('run'),
      schema: {
        tags,
        summary: "Push a branch's commit to main",
        body: z.strictObject({ branch: z.string().regex(/^[\w/-]+$/) }),
        response: { 200: z.object({ sha: z.string() }) },
      },
    },
    async request => {
      return { sha: await sampleOf(contextOf(request)).sample.mergeToMain(request.body.branch) }
    },
  )
  app.post(
    '/sample/revert',
    {
      access: may('run'),
      schema: {
        tags,
        summary: 'Revert a commit of main and push that as a branch',
        body: z.strictObject({ sha: z.string().regex(/^[0-9a-f]{40}$/) }),
        response: { 201: pushedBranch },
      },
    },
    async (request, reply) => {
      return reply.status(201).send(await sampleOf(contextOf(request)).sample.pushRevert(request.body.sha))
    },
  )
  visitorsRoute(app, contextOf)
}

function visitorsRoute(app: Api, contextOf: ContextOf): void {
  app.post(
    '/sample/visitors',
    {
      access: may('run'),
      schema: {
        tags,
        summary: 'Send visitors to production for a minute and a half',
        body: z.strictObject({}),
        response: { 202: z.object({ until: z.iso.datetime() }) },
      },
    },
    async (request, reply) => {
      const context = contextOf(request)
      const { visitors } = sampleOf(context)
      const address = context.delivery.address(production, 'backend')
      if (address === null)
        throw new GantryError('NOT_FOUND', `expected the backend in ${production}, got none there yet`)
      const { until } = visitors.send(new URL('/api/sites', address).href)
      return reply.status(202).send({ until: until.toISOString() })
    },
  )
}

function sampleOf({ sampled, stored }: ProjectContext): ComposedSample {
  if (sampled) return sampled
  throw new GantryError('NOT_FOUND', `the sample is not brought up in ${stored.name}`)
}
