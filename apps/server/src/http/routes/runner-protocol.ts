import { RunnerHello, RunnerNews, RunnerRenewal, RunnerReport, RunnerWait, RunnerWelcome } from '@gantry/core'
import type { FastifyRequest } from 'fastify'
import * as z from 'zod'
import { provenBy } from '../../access/route-access.ts'
import type { RunnerService } from '../../runner/runner-service.ts'
import type { Api } from '../route.ts'

/** A batch of output with its escapes. */
const reportBytes = 16 * 2 ** 20
const access = provenBy('runner token')
const nothing = z.strictObject({})
export const oneJob = z.object({ id: z.string() })

/** /api/v1/runners/…: what runners say and ask, with the token of a runner and nothing else. */
export function runnerProtocolRoutes(app: Api, { service }: { service: RunnerService }): void {
  const closing = new AbortController()
  app.onClosing(async () => closing.abort())
  const runnerOf = (request: FastifyRequest) => service.runnerOf(request.headers.authorization)
  app.post(
    '/api/v1/runners/hello',
    { access, schema: { hide: true, body: RunnerHello, response: { 200: RunnerWelcome } } },
    async request => service.hello(await runnerOf(request), request.body),
  )
  app.post(
    '/api/v1/runners/wait',
    { access, schema: { hide: true, body: RunnerWait, response: { 200: RunnerNews } } },
    async (request, reply) => {
      const gone = new AbortController()
      reply.raw.once('close', () => gone.abort())
      return service.wait(await runnerOf(request), request.body, AbortSignal.any([gone.signal, closing.signal]))
    },
  )
  app.post(
    '/api/v1/runners/renew',
    { access, schema: { hide: true, body: RunnerRenewal, response: { 200: RunnerNews } } },
    async request => service.renew(await runnerOf(request), request.body.held),
  )
  app.post(
    '/api/v1/runners/goodbye',
    { access, schema: { hide: true, body: nothing, response: { 200: nothing } } },
    async request => {
      await service.goodbye(await runnerOf(request))
      return {}
    },
  )
  app.post(
    '/api/v1/runners/jobs/:id/report',
    {
      access,
      bodyLimit: reportBytes,
      schema: { hide: true, params: oneJob, body: RunnerReport, response: { 200: nothing } },
    },
    async request => {
      await service.report(await runnerOf(request), request.params.id, request.body)
      return {}
    },
  )
}
