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
  if (!target) return unavailable(exchange.response)
  const { request, response } = exchange
  const { host, port, agent } = target
  const { method = 'GET', url: path = '/' } = request
  const upstream = openRequest({ host, port, agent, method, path, headers: requestHeaders(request) })
  const settle = settleOnce(exchange, target, upstream)

  upstream.on('response', answer => {
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, responseHeaders(answer, target.release))
    answer.on('error', () => response.destroy())
    answer.on('aborted', () => {
      settle(true)
      response.destroy()
    })
    answer.pipe(response)
    response.on('finish', () => settle((answer.statusCode ?? 502) >= 500))
  })
  upstream.on('error', error => {
    if (response.destroyed || response.headersSent) return settle(!response.destroyed)
    if (tries < maxTries && mayRepeat(request, upstream, error)) {
      target.inFlight -= 1
      setTimeout(() => (response.destroyed ? undefined : forward(exchange, tries + 1)), retryAfterMs)
      return
    }
    settle(true)
    refuse(response, 502, 'the service broke the connection')
  })
  request.pipe(upstream)
}

/** Counts the exchange once, however it ends. A client that goes away is no failure of the service. */
function settleOnce(exchange: Exchange, target: Target, upstream: ClientRequest): (isFailure: boolean) => void {
  target.inFlight += 1
  let isSettled = false
  const settle = (isFailure: boolean) => {
    if (isSettled) return
    isSettled = true
    target.inFlight -= 1
    exchange.onDone(target, isFailure)
  }
  exchange.response.once('close', () => {
    if (exchange.response.writableFinished || isSettled) return
    upstream.destroy()
    if (exchange.response.headersSent || !upstream.destroyed) settle(false)
  })
  return settle
}

/** Nothing was sent, or it went into a connection that was already over; and saying it twice is as good as once. */
function mayRepeat(request: IncomingMessage, upstream: ClientRequest, error: Error): boolean {
  const { method = 'GET', headers } = request
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
  if (hasBody || !safeToRepeat.has(method)) return false
  const code = 'code' in error ? error.code : ''
  return code === 'ECONNREFUSED' || (upstream.reusedSocket && (code === 'ECONNRESET' || code === 'EPIPE'))
}

export const unavailable = (response: ServerResponse): void => refuse(response, 503, 'nothing is live here yet')

function refuse(response: ServerResponse, status: number, message: string): void {
  const code = status === 503 ? 'SERVICE_UNAVAILABLE' : 'BAD_GATEWAY'
  response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '1', 'cache-control': 'no-store' })
  response.end(JSON.stringify({ code, message }))
}
