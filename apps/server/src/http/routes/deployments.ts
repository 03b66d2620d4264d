import { Deployment, GantryError, Hold, type Project, RollbackPlan, type Store } from '@gantry/core'
import { ActBody, NewDeployment, RollbackBody } from '@gantry/core/api'
import * as z from 'zod'
import { runIdOf } from '../../access/caller.ts'
import { anythingWith, itsEnvironment } from '../../access/job-rules.ts'
import { type JobRule, peopleOnly, signedIn } from '../../access/route-access.ts'
import type { DeploymentDesk } from '../../release/deployment-desk.ts'
import { callerIn } from '../door.ts'
import type { Api } from '../route.ts'

export interface DeploymentRouteParts {
  project(): Promise<Project>
  store: Pick<Store, 'deployments'>
  desk: DeploymentDesk
}

const one = z.object({ id: z.string() })
const inEnvironment = z.object({ environment: z.string() })

export function deploymentRoutes(app: Api, parts: DeploymentRouteParts): void {
  const tags = ['deployments']
  const { desk } = parts
  app.get(
    '/api/v1/deployments/:id',
    {
      access: signedIn('viewer', deploymentOfItsEnvironment(parts)),
      schema: {
        tags,
        summary: 'A deployment and its steps',
        params: one,
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
      access: signedIn('viewer'),
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
      access: signedIn('developer', itsEnvironment('body', ['deploy'])),
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
      return reply
        .status(202)
        .send(await desk.deploy({ release, environment, by: caller.name, runId: runIdOf(caller) }))
    },
  )
  app.get(
    '/api/v1/environments/:environment/urls',
    {
      access: signedIn('viewer', anythingWith('release')),
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
      access: signedIn('viewer', itsEnvironment('params', ['rollback'])),
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
      access: signedIn('release-manager', itsEnvironment('params', ['rollback'])),
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
      return reply.status(202).send(await desk.rollBack({ ...asked, to: request.body.to }))
    },
  )
  app.post(
    '/api/v1/environments/:environment/resume',
    {
      access: peopleOnly('release-manager'),
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
      await desk.resumePromotions(request.params.environment, { by: name, reason: request.body.reason })
      return { hold: null }
    },
  )
}

/** A job follows what is deployed where it deploys, whoever asked for it first. */
const deploymentOfItsEnvironment = ({ project, store }: DeploymentRouteParts): JobRule => ({
  scopes: ['deploy', 'rollback'],
  for: 'deployments of its environment',
  async isTheirs({ params }, { environment }) {
    const { id } = one.parse(params)
    const deployment = await store.deployments.get((await project()).name, id)
    return deployment !== null && deployment.environment === environment
  },
})
