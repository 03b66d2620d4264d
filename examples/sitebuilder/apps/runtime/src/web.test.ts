import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createLog } from '@sitebuilder/service'
import { expect, onTestFinished, test } from 'vitest'
import { memoryPages } from './memory-pages.ts'
import type { PageStore } from './page-store.ts'
import { createWeb } from './web.ts'

const page = { slug: 'bakery', version: 2, title: 'Bread & <b>butter</b>', body: 'One\n\nTwo', release: 'r1' }

async function served(pages: PageStore) {
  const reported: unknown[] = []
  const log = createLog({ service: 'runtime', write: () => {} })
  const web = createWeb({ pages, log, report: error => reported.push(error), release: 'r2' })
  const server = createServer(web).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { reported, get: (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init) }
}

test('serves a published page, its words escaped, under a policy that lets nothing else run', async () => {
  const { get } = await served(memoryPages(page))
  const response = await get('/s/bakery')
  const html = await response.text()
  expect(html).toContain('<h1>Bread &#38; &#60;b&#62;butter&#60;/b&#62;</h1>')
  expect(html).toContain('<p>One</p>\n<p>Two</p>')
  const nonce = /nonce="([^"]+)"/.exec(html)?.[1]
  expect(response.headers.get('content-security-policy')).toContain(`script-src 'nonce-${nonce}'`)
})

test.each(['/s/nobody', '/', '/s/..%2fetc', '/s/a/b'])('answers 404 to %s', async path => {
  const { get, reported } = await served(memoryPages(page))
  expect((await get(path)).status).toBe(404)
  expect(reported).toEqual([])
})

test('only reads', async () => {
  const { get } = await served(memoryPages(page))
  expect((await get('/s/bakery', { method: 'DELETE' })).status).toBe(405)
  const head = await get('/s/bakery', { method: 'HEAD' })
  expect([head.status, await head.text()]).toEqual([200, ''])
})

test('reports an unexpected error and does not show it', async () => {
  const broken = new Error('secret host')
  const { get, reported } = await served({ ...memoryPages(), find: () => Promise.reject(broken) })
  const response = await get('/s/bakery')
  expect([response.status, await response.text()]).toEqual([500, expect.not.stringContaining('secret')])
  expect(reported).toEqual([broken])
})

test('is healthy only while its database answers', async () => {
  const pages = memoryPages()
  const { get } = await served(pages)
  expect(await (await get('/healthz')).json()).toEqual({ status: 'ok', release: 'r2' })
  const sick = await served({ ...pages, ping: () => Promise.reject(new Error('gone')) })
  expect((await sick.get('/healthz')).status).toBe(503)
})
