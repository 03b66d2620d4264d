import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import { type FoundKey, GantryError } from '@gantry/core'
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
import type { IngestKeys } from '../../ingest/ingest-keys.ts'
import type { Projects } from '../../project/projects.ts'
import type { Api } from '../route.ts'

export interface EnvelopeRouteParts {
  keys: Pick<IngestKeys, 'find' | 'isProject'>
  projects: Pick<Projects, 'find'>
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
  const { 'content-encoding': encoding, 'x-sentry-auth': auth } = request.headers
  const given = { query: request.query.sentry_key, header: typeof auth === 'string' ? auth : undefined }
  const find = async (dsn?: string) => workingKey(sentryKey({ ...given, dsn }), request.params.project, parts.keys)
  // A stranger is turned away before megabytes of his are held; only a key inside the envelope has to be waited for.
  const { project: number } = request.params
  if (!(await parts.keys.isProject(number)))
    throw new GantryError('INGEST_KEY_WRONG', `no project ${number.slice(0, 40)}`)
  const early = given.query || given.header ? await find() : null
  const { id, isStored } = await take(await readBody(request.body as Readable, encoding, envelopeLimits))
  await isStored()
  return { id }

  /** Apart from the waiting, which else kept the event as it came beside the event as it is stored. */
  async function take(bytes: Buffer): Promise<{ id: string; isStored(): Promise<void> }> {
    const { header, items } = readEnvelope(bytes)
    const dsn = typeof header['dsn'] === 'string' ? header['dsn'] : undefined
    const { project, service } = dsn === undefined && early ? early : await find(dsn)
    const newId = randomUUID().replaceAll('-', '')
    const context = { project, receivedAt, service, envelopeId: header['event_id'], newId }
    const events = items.filter(({ type }) => type === 'event').map(({ payload }) => eventFact(payload, context))
    const id = events[0]?.id ?? String(header['event_id'] ?? newId)
    const isStored = eventsOf(project, parts).add(events, bytes.length)
    return { id, isStored: () => isStored }
  }
}

function eventsOf(project: string, { projects }: EnvelopeRouteParts): ComposedWatch['events'] {
  const context = projects.find(project)
  if (context) return context.watch.events
  throw new GantryError('INGEST_KEY_WRONG', 'the project of this key is archived')
}

async function workingKey(key: string, number: string, keys: EnvelopeRouteParts['keys']): Promise<FoundKey> {
  const found = await keys.find(key)
  if (found && String(found.projectNumber) === number) return found
  throw new GantryError('INGEST_KEY_WRONG', `the key ${key.slice(0, 6)}… is none of project ${number.slice(0, 40)}`)
}
