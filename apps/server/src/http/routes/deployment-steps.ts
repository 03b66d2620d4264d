import { Attendance, AttendBody, GantryError, NextOrder, NextOrderBody, OutcomeBody, RenewalBody } from '@gantry/core'
import type { FastifyRequest } from 'fastify'
import * as z from 'zod'
import { itsEnvironment } from '../../access/job-rules.ts'
import { mayEither } from '../../access/route-access.ts'
import { holderOf } from '../../run/run-tokens.ts'
import type { ContextOf } from '../context-of.ts'
import { callerIn } from '../door.ts'
import type { Api } from '../route.ts'

const params = z.object({ id: z.string() })

/** A job gets, one after the other, what is to be done for a deployment, and says how it went. */
export function deploymentStepRoutes(app: Api, contextOf: ContextOf): void {
  const access = mayEither('deploy', 'rollback', itsEnvironment('body', ['deploy', 'rollback']))
  const says = (summary: string) => ({ tags: ['deployments'], params, summary })
  const jobOf = jobIn(contextOf)
  app.post(
    '/deployments/:id/steps/lease',
    {
      access,
      schema: { ...says('Carry a deployment out from now on'), body: AttendBody, response: { 201: Attendance } },
    },
    async (request, reply) => {
      const { orders, job } = await jobOf(request, request.params.id, request.body.environment)
      return reply.status(201).send(await orders.attend(job))
    },
  )
  app.post(
    '/deployments/:id/steps/next',
    {
      access,
      schema: {
        ...says('What is to be done next; waits some seconds'),
        body: NextOrderBody,
        response: { 200: NextOrder },
      },
    },
    async request => {
      const { version, environment } = request.body
      const { orders, job } = await jobOf(request, request.params.id, environment)
      return orders.next({ ...job, version })
    },
  )
  app.post(
    '/deployments/:id/steps/renewal',
    {
      access,
      schema: {
        ...says('Keep the lease, and say how far it is'),
        body: RenewalBody,
        response: { 200: z.object({ name: z.string().nullable().describe('of the order that is still wanted') }) },
      },
    },
    async request => {
      const { version, environment, progress } = request.body
      const { orders, job } = await jobOf(request, request.params.id, environment)
      return orders.renew({ ...job, version }, progress)
    },
  )
  app.post(
    '/deployments/:id/steps/outcome',
    {
      access,
      schema: { ...says('How an order went'), body: OutcomeBody, response: { 200: z.object({ name: z.string() }) } },
    },
    async request => {
      const { version, environment, name, outcome } = request.body
      const { orders, job } = await jobOf(request, request.params.id, environment)
      await orders.report({ ...job, version }, name, outcome)
      return { name }
    },
  )
}

/** The token was asked for the environment that is named, so the deployment has to be one of it. */
const jobIn = (contextOf: ContextOf) => async (request: FastifyRequest, id: string, environment: string) => {
  const { store, stored, delivery } = contextOf(request)
  const deployment = await store.deployments.get(stored.name, id)
  if (deployment?.environment !== environment)
    throw new GantryError('NOT_FOUND', `no deployment ${id} in ${environment}`)
  const caller = callerIn(request)
  const token = caller.kind === 'person' ? caller.sessionId : caller.tokenId
  const job = { project: stored.name, deployment: id, owner: holderOf(caller.name, token) }
  return { orders: delivery.orders, job }
}
