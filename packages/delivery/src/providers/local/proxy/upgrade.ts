import { type IncomingMessage, request as openRequest } from 'node:http'
import type { Duplex } from 'node:stream'
import { requestHeaders, responseHeaders } from './headers.ts'
import type { Target } from './target.ts'
import { openTunnel } from './tunnel.ts'

/** Carries a WebSocket, or any other upgraded connection, to the release that is live when it begins. */
export function forwardUpgrade(
  { request, socket, head }: { request: IncomingMessage; socket: Duplex; head: Buffer },
  target: Target | null,
  onDone: (target: Target, isFailure: boolean) => void,
): void {
  socket.on('error', () => socket.destroy())
  if (!target) return void socket.end(plain(503, 'Service Unavailable', ['retry-after', '1']))
  const { upgrade = 'websocket' } = request.headers
  const upstream = openRequest({
    host: target.host,
    port: target.port,
    agent: false,
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers: { ...requestHeaders(request), connection: 'Upgrade', upgrade },
  })
  upstream.on('upgrade', (answer, service, serviceHead) => {
    onDone(target, false)
    socket.write(plain(101, 'Switching Protocols', responseHeaders(answer, target.release, ['connection', 'upgrade'])))
    const tunnel = openTunnel(socket, service, upgrade.toLowerCase() === 'websocket')
    target.tunnels.add(tunnel)
    void tunnel.closed.then(() => target.tunnels.delete(tunnel))
    // What came behind the headers is put back in front, so that frames are followed from their first byte.
    if (serviceHead.length > 0) service.unshift(serviceHead)
    if (head.length > 0) socket.unshift(head)
  })
  upstream.on('response', answer => {
    onDone(target, (answer.statusCode ?? 502) >= 500)
    const headers = [...responseHeaders(answer, target.release), 'connection', 'close']
    socket.write(plain(answer.statusCode ?? 502, answer.statusMessage ?? '', withoutChunks(headers)))
    answer.pipe(socket)
  })
  upstream.on('error', () => {
    if (socket.destroyed) return
    onDone(target, true)
    socket.end(plain(502, 'Bad Gateway', []))
  })
  socket.on('close', () => upstream.destroy())
  upstream.end()
}

const plain = (status: number, reason: string, headers: string[]): string => {
  const lines = headers.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${headers[index + 1]}`] : []))
  return [`HTTP/1.1 ${status} ${reason}`, ...lines, '', ''].join('\r\n')
}

/** The body is sent on without chunks, ended by the end of the connection. */
const withoutChunks = (headers: string[]): string[] =>
  headers.flatMap((name, index) =>
    index % 2 === 0 && name.toLowerCase() !== 'transfer-encoding' ? [name, headers[index + 1] ?? ''] : [],
  )
