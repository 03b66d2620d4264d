import { checkInType, GantryError } from '@gantry/core'
import { discardRest } from '@gantry/ingest'
import type { FastifyError } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { provenBy } from '../../../access/route-access.ts'
import type { Api } from '../../route.ts'
import { releaseRoutes } from './releases.ts'
import { type SentryApiParts, uploaderIn } from './uploader.ts'
import { uploadRoutes } from './uploads.ts'

/**
 * What sentry-cli and the plugins of bundlers ask, exactly where they ask it: releases, deployments, source maps. The organization
 * in a path may be any: a server has none.
 * Source: https://docs.sentry.io/api/ and sentry-cli 3, driven for real.
 */
export function sentryApiRoutes(app: Api, parts: SentryApiParts): void {
  app.scope((api, scope) => {
    scope.setErrorHandler((error: FastifyError | GantryError, request, reply) => {
      discardRest(request.raw)
      const { status, detail } = said(error)
      if (status >= 500) request.log.error({ err: error }, 'what sentry-cli asked could not be done')
      return reply.status(status).send({ detail })
    })
    const access = provenBy('token of the project')
    api.get('/api/0/', { access, schema: { tags: ['sentry'], summary: 'Whose token it is' } }, async request => {
      const { caller } = await uploaderIn(request, parts)
      return { version: '0', auth: { scopes: caller.kind === 'job' ? caller.job.scopes : caller.scopes }, user: null }
    })
    releaseRoutes(api, parts)
    api.get(
      '/api/0/organizations/:org/monitors/',
      { access, schema: { tags: ['sentry'], summary: 'Jobs that tell of themselves' } },
      async request => {
        const { context } = await uploaderIn(request, parts)
        const all = await context.store.monitors.list(context.stored.name)
        return all
          .filter(({ type }) => type === checkInType)
          .map(({ id, name, state }) => ({ id, slug: name, name, status: state === 'down' ? 'error' : 'active' }))
      },
    )
    uploadRoutes(api, scope, parts)
    for (const ask of ['get', 'post', 'put', 'delete'] as const)
      api[ask]('/api/0/*', { access, schema: { hide: true } }, async ({ method, url }) => {
        throw new GantryError('NOT_FOUND', `Gantry has nothing at ${method} ${url.split('?')[0]?.slice(0, 200)}`)
      })
  })
}

/** The words that sentry-cli shows. */
function said(error: FastifyError | GantryError): { status: number; detail: string } {
  if (error instanceof GantryError) return { status: error.status, detail: `${error.message} (${error.code})` }
  if (hasZodFastifySchemaValidationErrors(error))
    return {
      status: 400,
      detail: error.validation.map(({ instancePath, message }) => `${instancePath} ${message}`).join(', '),
    }
  const status = error.statusCode ?? 500
  return { status, detail: status < 500 ? error.message : 'something failed that should not have' }
}
