import { GantryError } from '@gantry/core'
import type { ErrorBody } from '@gantry/core/api'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'

/** Every refused request leaves by here: known errors say code, message and hint; others are logged and named a bug. */
export function installErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => answer(request, reply, known(error, request)))
}

/** For a path nobody answers. Set once, by whoever also serves the pages. */
export function nothingThere(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return answer(
    request,
    reply,
    new GantryError('NOT_FOUND', `nothing answers ${request.method} ${request.url.split('?')[0]}`),
  )
}

function known(error: FastifyError | GantryError, request: FastifyRequest): GantryError {
  if (error instanceof GantryError) return error
  if (hasZodFastifySchemaValidationErrors(error)) {
    const first = error.validation[0]
    const where = `${error.validationContext ?? 'request'}${first?.instancePath?.replaceAll('/', '.') ?? ''}`
    return new GantryError('BAD_REQUEST', `${where}: ${first?.message ?? 'not as expected'}`)
  }
  if (error.statusCode === 413) return new GantryError('BODY_TOO_LARGE', `the body is larger than this path takes`)
  if (error.statusCode && error.statusCode >= 400 && error.statusCode < 500)
    return new GantryError('BAD_REQUEST', error.message)
  request.log.error({ err: error }, 'unexpected')
  return new GantryError('INTERNAL', 'something failed that should not have', {}, { cause: error })
}

function answer(request: FastifyRequest, reply: FastifyReply, error: GantryError): FastifyReply {
  const { retryAfterS } = error.facts
  if (typeof retryAfterS === 'number') reply.header('retry-after', retryAfterS)
  const body: ErrorBody = { error: { ...error.toJSON(), requestId: request.id } }
  return reply.status(error.status).type('application/json; charset=utf-8').send(body)
}
