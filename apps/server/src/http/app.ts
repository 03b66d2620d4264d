import { randomUUID } from 'node:crypto'
import { BlockList, isIPv6 } from 'node:net'
import cookie from '@fastify/cookie'
import swagger from '@fastify/swagger'
import Fastify, { type FastifyInstance, LogController } from 'fastify'
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { pino } from 'pino'
import type { Access } from '../access/access.ts'
import { open } from '../access/route-access.ts'
import { createSignInLimit } from '../access/sign-in-limit.ts'
import { isStorageFull } from '../home/free-space.ts'
import { installRouteList } from './declared-routes.ts'
import { installDoor } from './door.ts'
import { installErrors } from './errors.ts'
import { type Names, ownAddresses } from './own-addresses.ts'
import { apiOf } from './route.ts'
import { installSecurityHeaders } from './security-headers.ts'
import { signInRoutes } from './sign-in.ts'

const apiBodyBytes = 2 * 1024 * 1024

/** The bare HTTP server: schemas, errors, sessions. Routes are added by the composition root. */
export async function createApp(parts: { access: Access; logLevel: string; names: Names }): Promise<FastifyInstance> {
  const { access, logLevel, names } = parts
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
    forceCloseConnections: 'idle',
    // Who has a public address is behind a proxy of their own: what the nearest one adds is believed, nothing further off.
    trustProxy: names.publicUrl !== null && ((address, hop) => hop === 0 && isNear(address)),
    logController: new LogController({ disableRequestLogging: true }),
  }) as unknown as FastifyInstance
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
  const addresses = ownAddresses(names)
  installSecurityHeaders(app, addresses)
  installDoor(app, access, addresses)
  const api = apiOf(app)
  signInRoutes(api, { access, limit: createSignInLimit(), addresses })
  const forAll = open('it describes this API and holds no data')
  api.get('/api/v1/openapi.json', { access: forAll, schema: { hide: true } }, () => app.swagger())
  return app
}

/** Loopback and the addresses of private networks, where a proxy of one's own is. */
const near = new BlockList()
near.addSubnet('127.0.0.0', 8)
near.addSubnet('10.0.0.0', 8)
near.addSubnet('172.16.0.0', 12)
near.addSubnet('192.168.0.0', 16)
near.addSubnet('::1', 128, 'ipv6')
near.addSubnet('fc00::', 7, 'ipv6')
const isNear = (address: string): boolean => near.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
