import { randomBytes } from 'node:crypto'
import type { RequestListener } from 'node:http'
import type { Log } from '@sitebuilder/service'
import type { PageStore } from './page-store.ts'
import { renderMissing, renderPage } from './render-page.ts'

export type Deps = {
  pages: PageStore
  log: Log
  /** Called with errors nobody expected; they become issues. */
  report: (error: unknown, route: string) => void
  release: string | undefined
}

type Answer = { status: number; type: 'text/html' | 'application/json' | 'text/plain'; body: string; route: string }

export function createWeb(deps: Deps): RequestListener {
  return async (request, response) => {
    const startedAt = performance.now()
    const { pathname } = new URL(request.url ?? '/', 'http://runtime')
    const nonce = randomBytes(16).toString('base64')
    const { status, type, body, route } = await answerTo(request.method ?? 'GET', pathname, nonce, deps)
    response.writeHead(status, {
      'content-type': `${type}; charset=utf-8`,
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; connect-src 'self'; base-uri 'none'; form-action 'none'`,
      ...(deps.release && { 'x-release': deps.release }),
    })
    response.end(request.method === 'HEAD' ? undefined : body)
    const ms = Math.round(performance.now() - startedAt)
    const level = status >= 500 ? 'error' : 'info'
    if (route !== '/healthz' || level === 'error') {
      deps.log[level]('request', { method: request.method, path: pathname, route, status, ms })
    }
  }
}

async function answerTo(method: string, pathname: string, nonce: string, deps: Deps): Promise<Answer> {
  if (method !== 'GET' && method !== 'HEAD') return plain(405, 'Only GET and HEAD.')
  if (pathname === '/healthz') return health(deps)
  const slug = /^\/s\/([a-z0-9-]+)$/.exec(pathname)?.[1]
  if (!slug) return { status: 404, type: 'text/html', body: renderMissing(nonce), route: 'none' }
  const route = '/s/:slug'
  try {
    const page = await deps.pages.find(slug)
    if (!page) return { status: 404, type: 'text/html', body: renderMissing(nonce), route }
    return { status: 200, type: 'text/html', body: renderPage(page, nonce), route }
  } catch (error) {
    deps.report(error, route)
    deps.log.error('unexpected error', { route, err: error })
    return { ...plain(500, 'Something broke on our side. Please try again.'), route }
  }
}

async function health({ pages, log, release }: Deps): Promise<Answer> {
  const route = '/healthz'
  try {
    await pages.ping()
    return { status: 200, type: 'application/json', body: JSON.stringify({ status: 'ok', release }), route }
  } catch (err) {
    log.error('health: the database does not answer', { err })
    return { status: 503, type: 'application/json', body: JSON.stringify({ status: 'down', release }), route }
  }
}

const plain = (status: number, body: string): Answer => ({ status, type: 'text/plain', body, route: 'none' })
