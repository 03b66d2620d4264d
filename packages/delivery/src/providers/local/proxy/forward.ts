import { type ClientRequest, type IncomingMessage, request as openRequest, type ServerResponse } from 'node:http'
import { requestHeaders, responseHeaders } from './headers.ts'
import type { Target } from './target.ts'

export interface Exchange {
  request: IncomingMessage
  response: ServerResponse
  /** Asked anew for each try: after a switch the retry goes to the new release. */
  target(): Target | null
  /** Told once, when the exchange is over, unless nothing could be asked. */
  onDone(target: Target, isFailure: boolean): void
}

const maxTries = 3
const retryAfterMs = 50
const safeToRepeat = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'])

/** Sends a request on to the service and its answer back. */
export function forward(exchange: Exchange, tries = 1): void {
  const target = exchange.target()
  if (!target) {
    refuse(exchange.response, 503, 'nothing is live here yet')
    return
  }
  const { request, response } = exchange
  const { host, port, agent } = target
  const { method = 'GET', url: path = '/' } = request
  const upstream = openRequest({ host, port, agent, method, path, headers: requestHeaders(request) })
  const count = countOnce(exchange, target, upstream)

  upstream.on('response', answer => {
    const status = answer.statusCode ?? 502
    response.writeHead(status, answer.statusMessage, responseHeaders(answer, target.release))
    answer.on('error', () => {
      count.end(true)
      response.destroy()
    })
    response.on('finish', () => count.end(status >= 500))
    answer.pipe(response)
  })
  upstream.on('error', error => {
    if (response.destroyed || response.headersSent) return
    if (tries < maxTries && mayRepeat(request, upstream, error)) {
      count.forget()
      setTimeout(() => (response.destroyed ? undefined : forward(exchange, tries + 1)), retryAfterMs)
      return
    }
    count.end(true)
    refuse(response, 502, 'the service broke the connection')
  })
  request.pipe(upstream)
}

/** Counts the exchange once, however it ends. A client that goes away is no failure of the service. */
function countOnce({ response, onDone }: Exchange, target: Target, upstream: ClientRequest) {
  target.inFlight += 1
  let isOver = false
  const forget = () => {
    if (isOver) return false
    isOver = true
    target.inFlight -= 1
    return true
  }
  const end = (isFailure: boolean) => {
    if (forget()) onDone(target, isFailure)
  }
  response.once('close', () => {
    if (isOver || response.writableFinished) return
    end(false)
    upstream.destroy()
  })
  return { end, forget }
}

/** Nothing was sent, or it went into a connection that was already over; and saying it twice is as good as once. */
function mayRepeat(request: IncomingMessage, upstream: ClientRequest, error: Error): boolean {
  const { method = 'GET', headers } = request
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
  if (hasBody || !safeToRepeat.has(method)) return false
  const code = 'code' in error ? error.code : ''
  return code === 'ECONNREFUSED' || (upstream.reusedSocket && (code === 'ECONNRESET' || code === 'EPIPE'))
}

function refuse(response: ServerResponse, status: number, message: string): void {
  const code = status === 503 ? 'SERVICE_UNAVAILABLE' : 'BAD_GATEWAY'
  response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '1', 'cache-control': 'no-store' })
  response.end(JSON.stringify({ code, message }))
}
