import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { ApiError, notFound } from './api-error.ts'
import type { Deps } from './deps.ts'
import { type Answer, routes } from './routes.ts'

export function createApi(deps: Deps): RequestListener {
  return async (request, response) => {
    const startedAt = performance.now()
    const { pathname } = new URL(request.url ?? '/', 'http://backend')
    const { route, answer } = await answerTo(request, pathname, deps)
    send(response, answer, deps.release)
    const ms = Math.round(performance.now() - startedAt)
    const level = answer.status >= 500 ? 'error' : 'info'
    if (route !== 'GET /healthz' || level === 'error') {
      deps.log[level]('request', { method: request.method, path: pathname, route, status: answer.status, ms })
    }
  }
}

async function answerTo(request: IncomingMessage, pathname: string, deps: Deps) {
  const match = findRoute(request.method ?? 'GET', pathname)
  try {
    if (!match) throw notFound(`${request.method} ${pathname}`)
    return { route: match.route, answer: await match.handle(request, deps) }
  } catch (error) {
    return { route: match?.route, answer: refusal(error, match?.route ?? 'none', deps) }
  }
}

function findRoute(method: string, pathname: string) {
  for (const [route, handler] of Object.entries(routes)) {
    const [routeMethod, path = ''] = route.split(' ')
    const slug = routeMethod === method ? slugIn(path, pathname) : undefined
    if (slug !== undefined)
      return { route, handle: (request: IncomingMessage, deps: Deps) => handler(deps, slug, request) }
  }
  return undefined
}

/** The slug a path holds where its route says `:slug`; an empty string when the route has none. */
function slugIn(path: string, pathname: string): string | undefined {
  const [before = '', after] = path.split(':slug')
  if (after === undefined) return path === pathname ? '' : undefined
  const slug =
    pathname.startsWith(before) && pathname.endsWith(after)
      ? pathname.slice(before.length, pathname.length - after.length)
      : ''
  return /^[^/]+$/.test(slug) ? slug : undefined
}

function refusal(error: unknown, route: string, { log, report }: Deps): Answer {
  if (error instanceof ApiError) {
    const { code, message, problems } = error
    return { status: error.status, body: { error: { code, message, ...(problems && { problems }) } } }
  }
  report(error, route)
  log.error('unexpected error', { route, err: error })
  return { status: 500, body: { error: { code: 'internal', message: 'Something broke on our side.' } } }
}

function send(response: ServerResponse, { status, body }: Answer, release: string | undefined): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    ...(release && { 'x-release': release }),
    // The rest of a refused body is not worth reading.
    ...(status === 413 && { connection: 'close' }),
  })
  response.end(JSON.stringify(body))
}
