import { once } from 'node:events'
import { Agent, createServer, get, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { drain } from './serve.ts'

async function listening(listener: RequestListener) {
  const server = createServer(listener)
  server.keepAliveTimeout = 65_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const agent = new Agent({ keepAlive: true })
  const port = (server.address() as AddressInfo).port
  const fetchText = async () => {
    const [answer] = (await once(get({ port, host: '127.0.0.1', agent }), 'response')) as [IncomingMessage]
    return text(answer)
  }
  return { server, agent, fetchText }
}

test('finishes the request in flight, then closes its keep-alive connection at once', async () => {
  const arrived = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  const { server, agent, fetchText } = await listening(async (_request, answer) => {
    arrived.resolve()
    await release.promise
    answer.end('done')
  })
  const slow = fetchText()
  await arrived.promise
  const drained = drain(server, 5_000)
  await expect(fetchText()).rejects.toThrow(/ECONNREFUSED/)
  release.resolve()
  expect(await slow).toBe('done')
  expect(await drained).toBe(true)
  agent.destroy()
})

test('does not wait for connections that only idle', async () => {
  const { server, agent, fetchText } = await listening((_request, answer) => void answer.end('done'))
  await fetchText()
  expect(await drain(server, 5_000)).toBe(true)
  agent.destroy()
})

test('cuts a request that outlives the deadline, and says so', async () => {
  const arrived = Promise.withResolvers<void>()
  const { server, agent, fetchText } = await listening(() => arrived.resolve())
  const hung = fetchText()
  await arrived.promise
  const [drained] = await Promise.all([drain(server, 100), expect(hung).rejects.toThrow(/socket hang up|ECONNRESET/)])
  expect(drained).toBe(false)
  agent.destroy()
})
