import { randomUUID } from 'node:crypto'
import cookie from '@fastify/cookie'
import swagger from '@fastify/swagger'
import Fastify, { type FastifyInstance, LogController } from 'fastify'
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { pino } from 'pino'
import type { Access } from '../access/access.ts'
import type { RefusedAct } from '../access/refusal-log.ts'
import { open } from '../access/route-access.ts'
import { isStorageFull } from '../home/free-space.ts'
import { installClosing } from './closing.ts'
import { installRouteList } from './declared-routes.ts'
import { installDoor } from './door.ts'
import { installErrors } from './errors.ts'
import { intakePath } from './intake-path.ts'
import { type Names, ownAddresses } from './own-addresses.ts'
import { apiOf } from './route.ts'
import { installSecurityHeaders } from './security-headers.ts'

const apiBodyBytes = 2 * 1024 * 1024

/** The bare HTTP server: schemas, errors, sessions. Routes are added by the composition root. */
export async function createApp(parts: {
  access: Access
  logLevel: string
  names: Names
  /** Hears what somebody known was refused to do. */
  onRefused?(refused: RefusedAct): void
  /** Addresses or networks, as in `10.0.0.0/8`. */
  trustedProxies?: readonly string[]
}): Promise<FastifyInstance> {
  const { access, logLevel, names, trustedProxies = [], onRefused = () => undefined } = parts
  const addresses = ownAddresses(names)
  const app = Fastify({
    loggerInstance: pino({
      level: logLevel,
      redact: ['req.headers.authorization', 'req.headers.cookie'],
      hooks: {
        logMethod(args, method) {
          if (!isStorageFull(args[0])) method.apply(this, args)
        },
      },
    }),
    bodyLimit: apiBodyBytes,
    genReqId: () => randomUUID(),
    rewriteUrl: ({ url = '/' }) => intakePath(url),
    forceCloseConnections: 'idle',
    // X-Forwarded-* of anybody else is what a client wrote there.
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    logController: new LogController({ disableRequestLogging: true }),
  }) as unknown as FastifyInstance
  installClosing(app)
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  await app.register(cookie)
  await app.register(swagger, {
    openapi: {
      info: { title: 'Gantry', description: 'From pull request to watched production.', version: '1' },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
    transform: jsonSchemaTransform,
  })
  installErrors(app)
  installRouteList(app)
  installSecurityHeaders(app, addresses)
  installDoor(app, { access, addresses, onRefused })
  const api = apiOf(app)
  const forAll = open('it describes this API and holds no data')
  api.get('/api/v1/openapi.json', { access: forAll, schema: { hide: true } }, () => app.swagger())
  return app
}
