import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createLog } from '@sitebuilder/service'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { attachLive } from './live.ts'
import { memoryPages } from './memory-pages.ts'

const page = { slug: 'bakery', version: 1, title: 'Bread', body: 'One', release: null }

async function served() {
  const pages = memoryPages(page)
  const server = createServer().listen(0, '127.0.0.1')
  const live = attachLive(server, { pages, log: createLog({ service: 'runtime', write: () => {} }), pollMs: 10 })
  onTestFinished(async () => {
    await live.close()
    server.close()
  })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { pages, live, open: (path: string) => new WebSocket(`ws://127.0.0.1:${port}${path}`) }
}

const nextVersion = async (socket: WebSocket) => JSON.parse(String((await once(socket, 'message'))[0])).version

test('says the version at once, and again after each publication', async () => {
  const { pages, open } = await served()
  const reader = open('/live/bakery')
  expect(await nextVersion(reader)).toBe(1)
  pages.put({ ...page, version: 2 })
  expect(await nextVersion(reader)).toBe(2)
})

test('tells readers it is going away when it stops', async () => {
  const { live, open } = await served()
  const reader = open('/live/bakery')
  await nextVersion(reader)
  const [[code]] = await Promise.all([once(reader, 'close'), live.close()])
  expect(code).toBe(1001)
})

test('refuses other paths', async () => {
  const { open } = await served()
  const [error] = await once(open('/live/../etc'), 'error')
  expect(String(error)).toContain('404')
})
