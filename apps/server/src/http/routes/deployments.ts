import { Deployment, GantryError, Hold, RollbackPlan, WayBackAnswers, WayBackQuestions } from '@gantry/core'
import { ActBody, NewDeployment, RollbackBody } from '@gantry/core/api'
import * as z from 'zod'
import { runIdOf } from '../../access/caller.ts'
import { anythingWith, itsEnvironment } from '../../access/job-rules.ts'
import { type JobRule, may, mayEither } from '../../access/route-access.ts'
import type { ContextOf } from '../context-of.ts'
import { callerIn } from '../door.ts'
import type { Api } from '../route.ts'

const tags = ['deployments']
const one = z.object({ id: z.string() })
const inEnvironment = z.object({ environment: z.string() })

export function deploymentRoutes(app: Api, contextOf: ContextOf): void {
  app.get(
    '/deployments/:id',
    {
      access: may('look', deploymentOfItsEnvironment(contextOf)),
      schema: {
        tags,
        summary: 'A deployment and its steps',
        params: one,
        response: { 200: Deployment },
      },
    },
    async request => {
      const { store, stored } = contextOf(request)
      const { id } = request.params
      const deployment = await store.deployments.get(stored.name, id)
      if (deployment) return deployment
      throw new GantryError('NOT_FOUND', `no deployment ${id}`)
    },
  )
  app.get(
    '/deployments',
    {
      access: may('look'),
      schema: {
        tags,
        summary: 'Deployments, newest first',
        querystring: z.object({
          environment: z.string().optional(),
          limit: z.coerce.number().int().min(1).max(200).default(50),
        }),
        response: { 200: z.object({ deployments: z.array(Deployment) }) },
      },
    },
    async request => {
      const { store, stored } = contextOf(request)
      const { environment, limit } = request.query
      const filter = { limit, ...(environment && { environment }) }
      return { deployments: await store.deployments.list(stored.name, filter) }
    },
  )
  deployRoute(app, contextOf)
  environmentRoutes(app, contextOf)
  environmentActRoutes(app, contextOf)
  wayBackRoutes(app, contextOf)
}

function deployRoute(app: Api, contextOf: ContextOf): void {
  app.post(
    '/deployments',
    {
      access: may('deploy', itsEnvironment('body', ['deploy'])),
      schema: {
        tags,
        summary: 'Deploy a release; joins one that is under way',
        body: NewDeployment,
        response: { 202: Deployment },
      },
    },
    async (request, reply) => {
      const caller = callerIn(request)
      const { release, environment } = request.body
      const { desk } = contextOf(request).delivery
      return reply
        .status(202)
        .send(await desk.deploy({ release, environment, by: caller.name, runId: runIdOf(caller) }))
    },
  )
}

function environmentRoutes(app: Api, contextOf: ContextOf): void {
  app.get(
    '/environments/:environment/urls',
    {
      access: may('look', anythingWith('release')),
      schema: {
        tags,
        summary: 'Public address of each service, as NAME_URL',
        params: inEnvironment,
        response: { 200: z.record(z.string(), z.string()) },
      },
    },
    request => contextOf(request).delivery.desk.urls(request.params.environment),
  )
  app.get(
    '/environments/:environment/rollback-plan',
    {
      access: may('look', itsEnvironment('params', ['rollback'])),
      schema: {
        tags,
        summary: 'What a rollback would do, and whether it is safe',
        params: inEnvironment,
        querystring: z.object({ to: z.string().optional() }),
        response: { 200: RollbackPlan },
      },
    },
    request => contextOf(request).delivery.desk.rollbackPlan(request.params.environment, request.query.to),
  )
}

function environmentActRoutes(app: Api, contextOf: ContextOf): void {
  app.post(
    '/environments/:environment/rollback',
    {
      access: may('rollback', itsEnvironment('params', ['rollback'])),
      schema: {
        tags,
        summary: 'Put the last good release back',
        params: inEnvironment,
        body: RollbackBody,
        response: { 202: Deployment },
      },
    },
    async (request, reply) => {
      const caller = callerIn(request)
      const { environment } = request.params
      const asked = { environment, by: caller.name, runId: runIdOf(caller), ...request.body }
      const { desk } = contextOf(request).delivery
      return reply.status(202).send(await desk.rollBack({ ...asked, to: request.body.to }))
    },
  )
  app.post(
    '/environments/:environment/hold',
    {
      access: may('hold'),
      schema: {
        tags,
        summary: 'Let no promotion through until somebody resumes them',
        params: inEnvironment,
        body: ActBody,
        response: { 200: z.object({ hold: Hold }) },
      },
    },
    async request => {
      const { name: by } = callerIn(request)
      const { reason } = request.body
      return { hold: await contextOf(request).delivery.desk.holdPromotions(request.params.environment, { by, reason }) }
    },
  )
  app.post(
    '/environments/:environment/resume',
    {
      access: may('hold'),
      schema: {
        tags,
        summary: 'Let promotions through again',
        params: inEnvironment,
        body: ActBody,
        response: { 200: z.object({ hold: Hold.nullable() }) },
      },
    },
    async request => {
      const { name } = callerIn(request)
      await contextOf(request).delivery.desk.resumePromotions(request.params.environment, {
        by: name,
        reason: request.body.reason,
      })
      return { hold: null }
    },
  )
}

/** The server has no credentials of vendors: a job that has them asks, and says what it was told. */
function wayBackRoutes(app: Api, contextOf: ContextOf): void {
  const access = mayEither('deploy', 'rollback', itsEnvironment('params', ['deploy', 'rollback']))
  app.get(
    '/environments/:environment/way-back',
    {
      access,
      schema: {
        tags,
        summary: 'What a job has to ask vendors: whether releases can be put back there',
        params: inEnvironment,
        response: { 200: WayBackQuestions },
      },
    },
    request => contextOf(request).delivery.wayBack.questions(request.params.environment),
  )
  app.post(
    '/environments/:environment/way-back',
    {
      access,
      schema: {
        tags,
        summary: 'What vendors said whether releases can be put back there',
        params: inEnvironment,
        body: WayBackAnswers,
        response: { 200: z.object({ kept: z.int() }) },
      },
    },
    async request => {
      const { looks } = request.body
      await contextOf(request).delivery.wayBack.keep(request.params.environment, looks)
      return { kept: looks.length }
    },
  )
}

/** A job follows what is deployed where it deploys, whoever asked for it first. */
const deploymentOfItsEnvironment = (contextOf: ContextOf): JobRule => ({
  scopes: ['deploy', 'rollback'],
  for: 'deployments of its environment',
  async isTheirs(request, { environment }) {
    const { store, stored } = contextOf(request)
    const deployment = await store.deployments.get(stored.name, one.parse(request.params).id)
    return deployment !== null && deployment.environment === environment
  },
})
