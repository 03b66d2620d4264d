import { expect, test } from 'vitest'
import { requestIn, writerOf } from './request-line.ts'

const vercel = {
  requestId: 'r-1',
  proxy: { method: 'GET', path: '/cart?id=7', statusCode: 200, userAgent: ['Firefox'] },
}

test.each([
  ['a drain of Vercel', vercel, { by: 'edge', id: 'r-1', path: '/cart' }],
  ['a balancer', { httpRequest: { status: 204, requestUrl: 'https://shop.example/a#b' } }, { by: 'edge', path: '/a' }],
  [
    'a balancer that says only the host',
    { httpRequest: { status: 204, requestUrl: 'https://shop.example' } },
    { path: '/' },
  ],
  ['pino-http', { req: { method: 'GET', url: '/a' }, res: { statusCode: 404 } }, { by: 'service', path: '/a' }],
  ['Fastify', { reqId: 'req-1', res: { statusCode: 200 }, responseTime: 1.2 }, { id: null, path: null }],
  ['OpenTelemetry', { 'http.route': '/a/:id', 'http.response.status_code': 200 }, { path: '/a/:id' }],
  ['an access log', { method: 'get', path: '/a', status: '302' }, { by: 'service', path: '/a' }],
  [
    'an access log with other names',
    { method: 'POST', url: '/b?c', statusCode: 201, requestId: 'x' },
    { id: null, path: '/b' },
  ],
])('%s tells of a request', (_, fields, expected) => {
  expect(requestIn(fields)).toMatchObject({ hasFailed: false, isOfProbe: false, ...expected })
})

test.each([
  ['a build', { source: 'build', deploymentId: 'dpl_1' }],
  ['a line of Vercel before there is an answer', { proxy: { path: '/' } }],
  ['what a service asks elsewhere', { method: 'GET', url: 'https://api.example/', status: 500 }],
  ['a client of OpenTelemetry', { 'url.full': 'https://api.example/', 'http.response.status_code': 500 }],
  ['a request that came in', { reqId: 'req-1', req: { method: 'GET', url: '/' } }],
  ['an answer of somebody else', { res: { statusCode: 500 } }],
  ['a status that is none', { method: 'GET', path: '/', status: 7 }],
  ['a status of text', { method: 'GET', path: '/', status: 'ok' }],
  ['a method that is none', { method: 'charge', path: '/', status: 200 }],
  ['no names at all', {}],
  ['names that hold something else', { proxy: 'x', httpRequest: [], req: 1, res: null }],
  ['a balancer without an answer', { httpRequest: {} }],
  ['a logger without an answer', { req: {}, res: {} }],
])('%s is no request of a visitor', (_, fields) => {
  expect(requestIn(fields)).toBeNull()
})

test('has failed by 500 and above, or without an answer; a wrong request has not', () => {
  const failed = (statusCode: number) => requestIn({ ...vercel, proxy: { ...vercel.proxy, statusCode } })?.hasFailed
  expect([499, 500, 599, -1].map(failed)).toEqual([false, true, true, true])
  expect(requestIn({ statusCode: -1, proxy: { path: '/' } })?.hasFailed).toBe(true)
})

test('knows a probe of Gantry by its name, wherever it stands', () => {
  const named = (agent: unknown) => [
    { ...vercel, proxy: { ...vercel.proxy, userAgent: [agent] } },
    { httpRequest: { status: 200, userAgent: agent } },
    { req: { headers: { 'user-agent': agent } }, res: { statusCode: 200 } },
    { 'url.path': '/', 'http.response.status_code': 200, 'user_agent.original': agent },
    { method: 'GET', path: '/', status: 200, userAgent: agent },
  ]
  expect(named('gantry-probe').map(fields => requestIn(fields)?.isOfProbe)).toEqual([true, true, true, true, true])
  expect(named('Firefox').map(fields => requestIn(fields)?.isOfProbe)).toEqual([false, false, false, false, false])
})

test('tells who wrote a line by the vendor’s own name', () => {
  expect(writerOf({ deploymentId: 'dpl_1' })).toBe('dpl_1')
  expect(writerOf({ fly: { app: { name: 'shop', instance: '4d89' } } })).toBe('4d89')
  for (const fields of [{}, { fly: 1 }, { fly: { app: 1 } }, { fly: { app: {} } }]) expect(writerOf(fields)).toBeNull()
})
