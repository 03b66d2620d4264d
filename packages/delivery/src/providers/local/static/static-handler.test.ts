import { once } from 'node:events'
import { Agent, createServer, type RequestListener, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { folderOf } from '../../../testing/tiny-product.ts'
import { readStaticFiles } from './static-files.ts'
import { staticHandler } from './static-handler.ts'

const servers: Server[] = []
const agent = new Agent({ keepAlive: true })
let url: string
let spa: string

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  servers.push(server)
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

beforeAll(async () => {
  const root = await folderOf({
    'index.html': '<title>home</title>',
    'about.html': 'about',
    'docs/index.html': 'docs',
    '404.html': 'lost',
    'assets/index-B3f_9aQx.js': 'js',
    'my-component.js': 'js',
    'logo.1a2b3c4d.svg': '<svg/>',
    'data.bin': 'x',
  })
  const files = await readStaticFiles(root)
  const api = await listen((asked, answer) => {
    if (asked.url === '/api/cut') answer.destroy()
    else
      answer.writeHead(201, { 'x-own': '1' }).end(`${asked.method} ${asked.url} ${asked.headers['x-forwarded-host']}`)
  })
  const settings = {
    root,
    spa: false,
    publicEnv: { NAME: '</script>' },
    rewrites: { '/api/*': api, '/gone': 'http://127.0.0.1:9' },
  }
  url = await listen(staticHandler(files, settings, agent))
  spa = await listen(staticHandler(files, { ...settings, spa: true }, agent))
})
afterAll(() => {
  agent.destroy()
  for (const server of servers) server.closeAllConnections()
  for (const server of servers) server.close()
})

test.each([
  ['/', 200, 'text/html; charset=utf-8', 'no-cache', '<title>home</title>'],
  ['/about', 200, 'text/html; charset=utf-8', 'no-cache', 'about'],
  ['/docs', 200, 'text/html; charset=utf-8', 'no-cache', 'docs'],
  ['/docs/', 200, 'text/html; charset=utf-8', 'no-cache', 'docs'],
  ['/assets/index-B3f_9aQx.js?x=1', 200, 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable', 'js'],
  ['/my-component.js', 200, 'text/javascript; charset=utf-8', 'no-cache', 'js'],
  ['/logo.1a2b3c4d.svg', 200, 'image/svg+xml', 'public, max-age=31536000, immutable', '<svg/>'],
  ['/data.bin', 200, 'application/octet-stream', 'no-cache', 'x'],
  ['/nothing', 404, 'text/html; charset=utf-8', 'no-cache', 'lost'],
])('%s', async (path, status, type, cache, body) => {
  const response = await fetch(url + path)
  expect([
    response.status,
    response.headers.get('content-type'),
    response.headers.get('cache-control'),
    await response.text(),
  ]).toEqual([status, type, cache, body])
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
})

test('what is known is not sent again', async () => {
  const etag = (await fetch(url)).headers.get('etag') ?? ''
  const response = await fetch(url, { headers: { 'if-none-match': `"other", W/${etag}` } })
  expect([response.status, await response.text()]).toEqual([304, ''])
  const script = await fetch(`${url}/env.js`)
  expect(
    (await fetch(`${url}/env.js`, { headers: { 'if-none-match': script.headers.get('etag') ?? '' } })).status,
  ).toBe(304)
})

test('HEAD says everything but the content; other methods are refused', async () => {
  const head = await fetch(url, { method: 'HEAD' })
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '19', ''])
  expect((await fetch(`${url}/env.js`, { method: 'HEAD' })).headers.get('content-length')).toBe('48')
  const post = await fetch(url, { method: 'POST' })
  expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
})

test('/env.js holds the public variables, safe inside a page', async () => {
  expect(await (await fetch(`${url}/env.js`)).text()).toBe('globalThis.__ENV__ = {"NAME":"\\u003c/script>"};\n')
})

test('a single-page app answers unknown pages with itself, and missing files with 404', async () => {
  expect(await (await fetch(`${spa}/sites/bakery`)).text()).toBe('<title>home</title>')
  expect((await fetch(`${spa}/assets/gone.js`)).status).toBe(404)
})

describe('paths that try to leave the folder', () => {
  test.each(['/../secret', '/..%2fsecret', '/%2e%2e/%2e%2e/etc/passwd', '/a\\..\\b', '/%5c..', '/%00', '/%'])(
    '%s',
    async path => {
      const { hostname, port } = new URL(url)
      const [response] = await once(request({ hostname, port, path }).end(), 'response')
      expect([400, 404]).toContain(response.statusCode)
      response.resume()
    },
  )
})

describe('rewrites', () => {
  test('pass the request on whole', async () => {
    const response = await fetch(`${url}/api/sites?x=1`, { method: 'POST', body: 'b' })
    expect([response.status, response.headers.get('x-own'), await response.text()]).toEqual([
      201,
      '1',
      `POST /api/sites?x=1 ${url.slice(7)}`,
    ])
    expect((await fetch(`${url}/api`)).status).toBe(201)
    expect((await fetch(`${url}/apiary`)).status).toBe(404)
  })
  test('answer 502 when nobody is behind them', async () => {
    expect((await fetch(`${url}/gone`)).status).toBe(502)
    expect((await fetch(`${url}/api/cut`)).status).toBe(502)
  })
})
