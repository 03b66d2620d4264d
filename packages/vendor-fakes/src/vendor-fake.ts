import type { AddressInfo } from 'node:net'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { answerRequest } from './answer-request.ts'
import { readDescription, type SentRequest } from './description.ts'
import type { FakeSettings, VendorFake } from './fake.ts'
import { faultList } from './faults.ts'

const siteHeader = 'x-fake-site'

export async function openVendorFake(settings: FakeSettings): Promise<VendorFake> {
  const description = readDescription(settings.description)
  const faults = faultList(description.names)
  const server = fastify({ forceCloseConnections: true, bodyLimit: 64 << 20 })
  let isExpired = false
  const fake: VendorFake = {
    url: '',
    token: 'fakeToken',
    requests: [],
    oddities: [],
    unmet: () => faults.left(),
    expireToken() {
      isExpired = true
    },
    inject: (...said) => faults.inject(...said),
    fetch: (input, init) => fetch(redirected(new Request(input, init), settings, fake.url)),
    forget() {
      fake.requests.length = 0
      fake.oddities.length = 0
      faults.clear()
      isExpired = false
    },
    [Symbol.asyncDispose]: () => server.close(),
  }
  acceptAnyBody(server)
  server.all('/*', async (request, reply) => {
    const host = request.headers[siteHeader]
    if (typeof host === 'string') return answerVisitor(settings, host, request, reply)
    const beside = settings.outside?.(request.url.split('?')[0] ?? '/', flatHeaders(request)) ?? null
    if (beside) return reply.status(beside.status).send(beside.body)
    const sent = sentRequest(request, settings.base)
    const isKnown = settings.isAllowed?.(sent) ?? sent.headers['authorization'] === `Bearer ${fake.token}`
    const isAllowed = !isExpired && isKnown
    const operation = description.find(sent.method, sent.path)
    await answerRequest({ settings, fake, faults, isAllowed, operation, sent, reply })
    return reply
  })
  await server.listen({ host: '127.0.0.1', port: 0 })
  fake.url = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}${settings.base}`
  return fake
}

/** Bytes as they came, whatever they are; a form or text is nothing a vendor takes. */
function acceptAnyBody(server: FastifyInstance): void {
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
}

/** What is for the vendor's host goes to its API here, everything else to the sites. */
function redirected(request: Request, { host }: FakeSettings, url: string): Request {
  const to = new URL(request.url)
  const { origin } = new URL(url)
  if (to.host === host || to.origin === origin) return new Request(`${origin}${to.pathname}${to.search}`, request)
  const visit = new Request(`${origin}${to.pathname}${to.search}`, request)
  visit.headers.set(siteHeader, to.host)
  return visit
}

function answerVisitor(
  { site }: FakeSettings,
  host: string,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const answer = site(host, request.url.split('?')[0] ?? '/', flatHeaders(request)) ?? {
    status: 404,
    body: 'no such site',
  }
  return reply
    .status(answer.status)
    .headers(answer.headers ?? {})
    .send(answer.body ?? '')
}

function sentRequest(request: FastifyRequest, base: string): SentRequest {
  const headers = flatHeaders(request)
  const path = request.url.split('?')[0] ?? '/'
  return {
    method: request.method,
    path: path.startsWith(base) ? path.slice(base.length) : path,
    query: Object(request.query),
    headers,
    body: bodyOf(request.body, headers['content-type'] ?? ''),
  }
}

function bodyOf(body: unknown, type: string): unknown {
  if (!(body instanceof Uint8Array)) return undefined
  if (!type.includes('json')) return body
  try {
    return JSON.parse(new TextDecoder().decode(body))
  } catch {
    return body
  }
}

const flatHeaders = (request: FastifyRequest): Record<string, string> =>
  Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
