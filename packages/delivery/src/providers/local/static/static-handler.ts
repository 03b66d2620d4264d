import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type Agent, type IncomingMessage, request as openRequest, type ServerResponse } from 'node:http'
import { extname } from 'node:path'
import * as z from 'zod'
import { pageEnvPath, pageEnvScript } from '../../page-env.ts'
import { requestHeaders } from '../proxy/headers.ts'
import type { StaticFile, StaticFiles } from './static-files.ts'

export const StaticSettings = z.object({
  root: z.string(),
  spa: z.boolean(),
  /** What `/env.js` tells the browser. */
  publicEnv: z.record(z.string(), z.string()),
  /** `/api/*` → address of the service that answers. */
  rewrites: z.record(z.string(), z.string()),
})
export type StaticSettings = z.output<typeof StaticSettings>

/** Answers requests for the files of a release, `/env.js`, and what the rewrites hand to other services. */
export function staticHandler(files: StaticFiles, settings: StaticSettings, agent: Agent) {
  const envScript = pageEnvScript(settings.publicEnv)
  return (request: IncomingMessage, response: ServerResponse): void => {
    response.setHeader('x-content-type-options', 'nosniff')
    const path = pathOf(request.url ?? '/')
    if (path === null) {
      text(response, 400, 'The address cannot be read.')
      return
    }
    const upstream = rewriteFor(path, settings.rewrites)
    if (upstream) passOn(request, response, upstream, agent)
    else if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD')
      text(response, 405, 'Only GET and HEAD are answered here.')
    } else if (path === `/${pageEnvPath}`) script(request, response, envScript)
    else serve(request, response, path, { files, spa: settings.spa })
  }
}

/** The decoded path, or null for one that is malformed or tries to leave the folder. */
function pathOf(url: string): string | null {
  try {
    const path = decodeURIComponent(new URL(url, 'http://static').pathname)
    return path.includes('\0') || path.includes('\\') || path.split('/').includes('..') ? null : path
  } catch {
    return null
  }
}

/** The address for the longest pattern that fits: `/api/*` fits `/api` and everything below it. */
function rewriteFor(path: string, rewrites: Record<string, string>): string | null {
  const fitting = Object.entries(rewrites).filter(([pattern]) => {
    const start = pattern.replace(/\*$/, '')
    return pattern.endsWith('*') ? path.startsWith(start) || `${path}/` === start : path === pattern
  })
  return fitting.toSorted(([a], [b]) => b.length - a.length)[0]?.[1] ?? null
}

function passOn(request: IncomingMessage, response: ServerResponse, address: string, agent: Agent): void {
  const { hostname, port } = new URL(address)
  const { method = 'GET', url = '/' } = request
  const upstream = openRequest(
    { hostname, port, agent, method, path: url, headers: requestHeaders(request) },
    answer => {
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.rawHeaders.slice())
      answer.on('error', () => response.destroy())
      answer.pipe(response)
    },
  )
  upstream.on('error', () => {
    if (response.headersSent) response.destroy()
    else text(response, 502, 'The service behind this address does not answer.')
  })
  response.on('close', () => upstream.destroy())
  request.pipe(upstream)
}

function serve(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  { files, spa }: { files: StaticFiles; spa: boolean },
): void {
  const found = files.at(path)
  if (found) {
    send(request, response, 200, found)
    return
  }
  // A missing script must not be answered with a page: the browser would try to run it.
  const isPage = extname(path) === '' || extname(path) === '.html'
  const fallback = spa && isPage ? files.exactly('/index.html') : null
  const missing = files.exactly('/404.html')
  if (fallback) send(request, response, 200, fallback)
  else if (missing) send(request, response, 404, missing)
  else text(response, 404, 'Nothing is at this address.')
}

function send(request: IncomingMessage, response: ServerResponse, status: number, found: StaticFile): void {
  response.setHeader('etag', found.etag)
  response.setHeader('cache-control', found.cacheControl)
  if (status === 200 && isKnown(request, found.etag)) {
    response.writeHead(304).end()
    return
  }
  response.writeHead(status, { 'content-type': found.type, 'content-length': found.bytes })
  if (request.method === 'HEAD') {
    response.end()
    return
  }
  const stream = createReadStream(found.file)
  stream.on('error', () => response.destroy())
  response.on('close', () => stream.destroy())
  stream.pipe(response)
}

function script(request: IncomingMessage, response: ServerResponse, body: string): void {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
  response.setHeader('etag', etag)
  response.setHeader('cache-control', 'no-cache')
  if (isKnown(request, etag)) response.writeHead(304).end()
  else {
    response.writeHead(200, {
      'content-type': 'text/javascript; charset=utf-8',
      'content-length': Buffer.byteLength(body),
    })
    response.end(request.method === 'HEAD' ? undefined : body)
  }
}

const isKnown = (request: IncomingMessage, etag: string): boolean =>
  (request.headers['if-none-match'] ?? '').split(',').some(each => each.trim().replace(/^W\//, '') === etag)

function text(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${message}\n`)
}
