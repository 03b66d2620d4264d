import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import Fastify, { type FastifyInstance } from 'fastify'
import { expect, test } from 'vitest'
import { installClosing } from './closing.ts'

test('a server that closes waits for what was asked, and for no connection on which nothing was', async () => {
  const app = Fastify({ forceCloseConnections: 'idle' }) as unknown as FastifyInstance
  installClosing(app)
  const asked = Promise.withResolvers<void>()
  app.get('/slow', async () => {
    asked.resolve()
    await sleep(300)
    return 'answered'
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const opened = once(app.server, 'connection')
  const silent = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  await opened
  const ended = once(silent, 'close')
  const slow = fetch(`${app.listeningOrigin}/slow`).then(answer => answer.text())
  await asked.promise
  const late = AbortSignal.timeout(10_000)
  const isClosed = await Promise.race([app.close().then(() => true), once(late, 'abort').then(() => false)])
  expect([isClosed, await slow]).toEqual([true, 'answered'])
  await ended
})
