import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import { GantryError, type Project } from '@gantry/core'
import {
  discardRest,
  envelopeLimits,
  eventFact,
  readBody,
  readEnvelope,
  sentryCors,
  sentryKey,
  sentryPreflight,
  sentryRefusal,
} from '@gantry/ingest'
import type { FastifyRequest } from 'fastify'
import { provenBy } from '../../access/route-access.ts'
import type { ComposedWatch } from '../../compose-watch.ts'
import { serviceOf } from '../../ingest/service-keys.ts'
import type { Api } from '../route.ts'

export interface EnvelopeRouteParts {
  /** From memory: a question to the database for each request would be the bottleneck. */
  project(): Promise<Project>
  watch: ComposedWatch
  now(): Date
}

type Asked = FastifyRequest<{ Params: { project: string }; Querystring: { sentry_key?: string } }>

/**
 * POST /api/<project>/envelope/, where every Sentry SDK sends. 200 means stored; 429 that nothing of it was.
 * Items other than events (sessions, transactions, client reports …) are taken and left out.
 */
export function envelopeRoutes(api: Api, parts: EnvelopeRouteParts): void {
  api.scope((app, scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    scope.addHook('onRequest', (_request, reply, done) => {
      reply.headers(sentryCors)
      done()
    })
    scope.setErrorHandler((error, request, reply) => {
      discardRest(request.raw)
      const known = error instanceof GantryError ? error : null
      if (!known) request.log.error({ err: error }, 'an envelope could not be stored')
      const refusal = sentryRefusal(known ?? new GantryError('INTERNAL', 'the event could not be stored'))
      return reply.status(refusal.status).headers(refusal.headers).send(refusal.body)
    })
    const access = provenBy('ingest key')
    app.options('/api/:project/envelope/', { access, schema: { hide: true } }, (_request, reply) =>
      reply.status(204).headers(sentryPreflight).send(),
    )
    const schema = { tags: ['ingest'], summary: 'Sentry envelopes, from any SDK' }
    app.post(
      '/api/:project/envelope/',
      { access, schema, bodyLimit: envelopeLimits.compressedBytes },
      // Not read by zod: this path is asked thousands of times a second.
      request => accepted(request as Asked, parts),
    )
  })
}

async function accepted(request: Asked, parts: EnvelopeRouteParts): Promise<{ id: string }> {
  const receivedAt = parts.now().toISOString()
  const project = await projectOf(request.params.project, parts.project)
  const { 'content-encoding': encoding, 'x-sentry-auth': auth } = request.headers
  const given = { query: request.query.sentry_key, header: typeof auth === 'string' ? auth : undefined }
  // A stranger is turned away before megabytes of his are held; only a key inside the envelope has to be waited for.
  if (given.query || given.header) serviceWith(sentryKey({ ...given, dsn: undefined }), project)
  const { id, isStored } = take(await readBody(request.body as Readable, encoding, envelopeLimits), project)
  await isStored
  return { id }

  /** Apart from the waiting, which else kept the event as it came beside the event as it is stored. */
  function take(bytes: Buffer, project: Project): { id: string; isStored: Promise<void> } {
    const { header, items } = readEnvelope(bytes)
    const dsn = typeof header['dsn'] === 'string' ? header['dsn'] : undefined
    const service = serviceWith(sentryKey({ ...given, dsn }), project)
    const newId = randomUUID().replaceAll('-', '')
    const context = { project: project.name, receivedAt, service, envelopeId: header['event_id'], newId }
    const events = items.filter(({ type }) => type === 'event').map(({ payload }) => eventFact(payload, context))
    const id = events[0]?.id ?? String(header['event_id'] ?? newId)
    return { id, isStored: parts.watch.events.add(events, bytes.length) }
  }
}

function serviceWith(key: string, project: Project): string | null {
  const service = serviceOf(key, project.ingestKey, Object.keys(project.config?.services ?? {}))
  if (service !== undefined) return service
  throw new GantryError('INGEST_KEY_WRONG', `the key ${key.slice(0, 6)}… is none of project ${project.number}`)
}

async function projectOf(text: string, current: () => Promise<Project>): Promise<Project> {
  const project = await current()
  if (text === String(project.number)) return project
  throw new GantryError('INGEST_KEY_WRONG', `no project ${text.slice(0, 40)}`)
}
