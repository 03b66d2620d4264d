import { GantryError } from '@gantry/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Access, type Caller, sessionLifeMs } from '../access/access.ts'

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null
  }
}

const cookieName = 'gantry_session'

/**
 * Finds out who asks, before any route under /api/v1 runs, and refuses strangers.
 * A cookie is believed for changes only with a JSON body: a form of another site cannot send one.
 */
export function installSession(app: FastifyInstance, access: Access): void {
  app.decorateRequest('caller', null)
  app.addHook('onRequest', async request => {
    if (!request.url.startsWith('/api/v1/') || openPaths.has(request.url.split('?')[0] ?? '')) return
    request.caller = await callerOf(request, access)
    if (!request.caller)
      throw new GantryError('UNAUTHENTICATED', 'this needs a session or a token, and neither was valid')
    refuseForeignForm(request)
  })
}

const openPaths = new Set(['/api/v1/openapi.json', '/api/v1/hooks/git', '/api/v1/sign-in'])

/** The caller of a route that installSession guards. */
export function callerIn(request: FastifyRequest): Caller {
  if (request.caller) return request.caller
  throw new GantryError('UNAUTHENTICATED', 'this needs a session or a token')
}

/** GET /sign-in?link=… exchanges the one-time link for a cookie; POST /api/v1/sign-in takes a token typed by hand. */
export function signInRoutes(app: FastifyInstance, access: Access): void {
  const said = (summary: string) => ({ tags: ['access'], summary })
  const cookie = { path: '/', httpOnly: true, sameSite: 'lax', maxAge: sessionLifeMs / 1000 } as const
  app.get<{ Querystring: { link?: string } }>(
    '/sign-in',
    { schema: said('Exchange a one-time link for a session') },
    async (request, reply) => {
      const signedIn = await access.signIn(request.query.link ?? '')
      if (!signedIn) return reply.redirect('/?signed-in=no')
      return reply.setCookie(cookieName, signedIn.session, cookie).redirect('/')
    },
  )
  app.post<{ Body: { token?: string } }>(
    '/api/v1/sign-in',
    { schema: said('Sign in with a link typed by hand') },
    async (request, reply) => {
      const signedIn = await access.signIn(String(request.body?.token ?? '').replace(/^.*[?&]link=/, ''))
      if (!signedIn) throw new GantryError('UNAUTHENTICATED', 'this link was used already, or is more than an hour old')
      return reply.setCookie(cookieName, signedIn.session, cookie).send({ person: signedIn.person })
    },
  )
}

async function callerOf(request: FastifyRequest, access: Access): Promise<Caller | null> {
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
  if (bearer) return access.byToken(bearer)
  const session = request.cookies[cookieName]
  return session ? access.bySession(session) : null
}

function refuseForeignForm(request: FastifyRequest): void {
  if (request.method === 'GET' || request.method === 'HEAD' || request.headers.authorization) return
  const site = request.headers['sec-fetch-site']
  const isJson = request.headers['content-type']?.startsWith('application/json')
  if (isJson && (site === undefined || site === 'same-origin' || site === 'none')) return
  throw new GantryError('FORBIDDEN', 'a change by cookie must come from the dashboard itself, as JSON')
}
