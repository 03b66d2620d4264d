import { Deployment, GantryError, Hold, type Project, RollbackPlan, type Store } from '@gantry/core'
import { ActBody, NewDeployment, RollbackBody } from '@gantry/core/api'
import type { FastifyInstance } from 'fastify'
import * as z from 'zod'
import type { DeploymentDesk } from '../../release/deployment-desk.ts'
import { apiOf, callerWith } from '../route.ts'

export interface DeploymentRouteParts {
  project(): Promise<Project>
  store: Pick<Store, 'deployments'>
  desk: DeploymentDesk
}

const inEnvironment = z.object({ environment: z.string() })

export function deploymentRoutes(fastify: FastifyInstance, parts: DeploymentRouteParts): void {
  const app = apiOf(fastify)
  const tags = ['deployments']
  const { desk } = parts
  app.get(
    '/api/v1/deployments/:id',
    {
      schema: {
        tags,
        summary: 'A deployment and its steps',
        params: z.object({ id: z.string() }),
        response: { 200: Deployment },
      },
    },
    async ({ params }) => {
      const deployment = await parts.store.deployments.get((await parts.project()).name, params.id)
      if (deployment) return deployment
      throw new GantryError('NOT_FOUND', `no deployment ${params.id}`)
    },
  )
  app.get(
    '/api/v1/deployments',
    {
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
    async ({ query: { environment, limit } }) => ({
      deployments: await parts.store.deployments.list((await parts.project()).name, {
        limit,
        ...(environment && { environment }),
      }),
    }),
  )
  app.post(
    '/api/v1/deployments',
    {
      schema: {
        tags,
        summary: 'Deploy a release; joins one that is under way',
        body: NewDeployment,
        response: { 202: Deployment },
      },
    },
    async (request, reply) => {
      const { person, runId } = callerWith(request, 'developer')
      const { release, environment } = request.body
      return reply.status(202).send(await desk.deploy({ release, environment, by: person.name, runId }))
    },
  )
  app.get(
    '/api/v1/environments/:environment/urls',
    {
      schema: {
        tags,
        summary: 'Public address of each service, as NAME_URL',
        params: inEnvironment,
        response: { 200: z.record(z.string(), z.string()) },
      },
    },
    ({ params }) => desk.urls(params.environment),
  )
  app.get(
    '/api/v1/environments/:environment/rollback-plan',
    {
      schema: {
        tags,
        summary: 'What a rollback would do, and whether it is safe',
        params: inEnvironment,
        querystring: z.object({ to: z.string().optional() }),
        response: { 200: RollbackPlan },
      },
    },
    ({ params, query }) => desk.rollbackPlan(params.environment, query.to),
  )
  app.post(
    '/api/v1/environments/:environment/rollback',
    {
      schema: {
        tags,
        summary: 'Put the last good release back',
        params: inEnvironment,
        body: RollbackBody,
        response: { 202: Deployment },
      },
    },
    async (request, reply) => {
      const { person, runId } = callerWith(request, 'release-manager')
      const { reason, to } = request.body
      return reply
        .status(202)
        .send(await desk.rollBack({ environment: request.params.environment, by: person.name, reason, to, runId }))
    },
  )
  app.post(
    '/api/v1/environments/:environment/resume',
    {
      schema: {
        tags,
        summary: 'Let promotions through again',
        params: inEnvironment,
        body: ActBody,
        response: { 200: z.object({ hold: Hold.nullable() }) },
      },
    },
    async request => {
      const { person } = callerWith(request, 'release-manager')
      await desk.resumePromotions(request.params.environment, { by: person.name, reason: request.body.reason })
      return { hold: null }
    },
  )
}
