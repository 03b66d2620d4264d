import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http'

/** Headers that speak about one connection only (RFC 9110, 7.6.1). `transfer-encoding` is kept: Node acts on it. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
])

export function requestHeaders(request: IncomingMessage): OutgoingHttpHeaders {
  const { headers } = request
  const dropped = named(headers.connection)
  const kept = Object.entries(headers).filter(
    ([name]) => !hopByHop.has(name) && !dropped.has(name) && name !== 'expect',
  )
  return { ...Object.fromEntries(kept), ...forwarded(headers, request.socket.remoteAddress) }
}

function forwarded(headers: IncomingHttpHeaders, address = ''): OutgoingHttpHeaders {
  const before = headers['x-forwarded-for']
  return {
    'x-forwarded-for': before === undefined ? address : `${before}, ${address}`,
    'x-forwarded-proto': headers['x-forwarded-proto'] ?? 'http',
    'x-forwarded-host': headers['x-forwarded-host'] ?? headers.host ?? '',
  }
}

/** As `writeHead` takes them: names and values in turn, so that repeated ones stay repeated. */
export function responseHeaders(answer: IncomingMessage, release: string, keep: string[] = []): string[] {
  const dropped = named(answer.headers.connection)
  const { rawHeaders } = answer
  const kept: string[] = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase()
    if (!keep.includes(name) && (hopByHop.has(name) || dropped.has(name))) continue
    if (name === releaseHeader) continue
    kept.push(rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '')
  }
  return [...kept, releaseHeader, release]
}

const releaseHeader = 'x-gantry-release'

const named = (connection: string | undefined): Set<string> =>
  new Set((connection ?? '').split(',').map(name => name.trim().toLowerCase()))
