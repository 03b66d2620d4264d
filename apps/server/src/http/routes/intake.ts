import type { Readable } from 'node:stream'
import { GantryError } from '@gantry/core'
import type { Performing } from '@gantry/core/config'
import { type Asked, discardRest, type Protocol } from '@gantry/ingest'
import { provenBy } from '../../access/route-access.ts'
import type { Intake } from '../../ingest/intake.ts'
import type { Api } from '../route.ts'

/** The paths of every protocol, exactly where clients expect them. */
export function intakeRoutes(
  api: Api,
  protocols: readonly Performing<Protocol>[],
  intake: Pick<Intake, 'receive'>,
): void {
  for (const protocol of protocols) protocolRoutes(api, protocol, intake)
}

function protocolRoutes(api: Api, protocol: Performing<Protocol>, intake: Pick<Intake, 'receive'>): void {
  const { settings, paths, auth, limits, cors, refuse } = protocol
  api.scope((app, scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    scope.addHook('onRequest', (request, _reply, done) => {
      const { headers } = request.raw
      // Whatever a client says of its body, the body is read by the protocol; what is no type at all Fastify would refuse.
      if (!isMediaType(headers['content-type'])) headers['content-type'] = 'application/octet-stream'
      done()
    })
    if (cors)
      scope.addHook('onRequest', (_request, reply, done) => {
        reply.headers(cors.answer)
        done()
      })
    scope.setErrorHandler((error, request, reply) => {
      discardRest(request.raw)
      if (!refuse) throw error
      const known = error instanceof GantryError ? error : null
      if (!known) request.log.error({ err: error }, `what came by ${settings.name} could not be stored`)
      const { params, query, headers } = request
      const asked = { params, query, headers } as Asked
      const refusal = refuse(known ?? new GantryError('INTERNAL', 'it could not be stored'), asked)
      return reply.status(refusal.status).headers(refusal.headers).send(refusal.body)
    })
    const access = provenBy(auth.by)
    const schema = { tags: ['ingest'], summary: settings.docs.about }
    for (const path of paths) {
      const { sieve, compressedBytes } = limits(path)
      if (cors)
        app.options(path, { access, schema: { hide: true } }, (_request, reply) =>
          reply.status(204).headers(cors.preflight).send(),
        )
      // Not read by zod: such a path is asked thousands of times a second.
      app.post(path, { access, schema, bodyLimit: sieve?.wholeBytes ?? compressedBytes }, async (request, reply) => {
        const { params, query, headers } = request
        const asked = { path, params, query, headers } as Asked
        // A request that announces no body has none to be parsed.
        const body = (request.body ?? request.raw) as Readable
        const { status, headers: answered, body: said } = await intake.receive(protocol, asked, body)
        return reply.status(status).headers(answered).send(said)
      })
    }
  })
}

const isMediaType = (type: string | undefined): boolean =>
  type === undefined || /^[\w!#$&^.+-]+\/[\w!#$&^.+*-]+\s*(?:;|$)/.test(type)
