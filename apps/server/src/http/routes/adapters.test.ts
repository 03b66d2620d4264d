import { describeAdapters } from '@gantry/config'
import Fastify, { type FastifyInstance } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { expect, test } from 'vitest'
import { installErrors } from '../errors.ts'
import { apiOf } from '../route.ts'
import { adapterRoutes } from './adapters.ts'

test('says every adapter there is, or those of a kind, as forms draw them', async () => {
  const app = Fastify() as unknown as FastifyInstance
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  installErrors(app)
  adapterRoutes(apiOf(app))
  expect((await app.inject('/api/v1/adapters')).json()).toEqual({ adapters: describeAdapters() })
  const channels = (await app.inject('/api/v1/adapters?kind=channel')).json().adapters
  expect(channels.map(({ name }: { name: string }) => name)).toEqual(['pagerduty', 'slack', 'webhook'])
  expect((await app.inject('/api/v1/adapters?kind=chanel')).statusCode).toBe(400)
  await app.close()
})
