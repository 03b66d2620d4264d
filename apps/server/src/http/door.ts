import { GantryError } from '@gantry/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Access } from '../access/access.ts'
import type { Caller, PersonCaller } from '../access/caller.ts'
import { type RouteAccess, refusal, refusalOfForeign } from '../access/route-access.ts'
import type { OwnAddresses } from './own-addresses.ts'
import { sessionOf } from './session-cookie.ts'

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null
  }
}

/**
 * Decides who comes in, in one place: after routing, on the route that matched and what it declares, so that no spelling of
 * an address leads past it. Before the body is read: strangers send none.
 */
export function installDoor(app: FastifyInstance, access: Access, addresses: OwnAddresses): void {
  app.decorateRequest('caller', null)
  app.addHook('onRequest', async request => {
    const declared = request.is404 ? undefined : request.routeOptions.config.access
    if (!isForAnyName(declared)) addresses.requireOwnHost(request)
    // A path nobody answers has no route. It leads to a page or to NOT_FOUND, neither of which knows anything.
    if (request.is404) return
    if (declared?.kind === 'signed-in') {
      request.caller = await callerOf(request, access)
      refuseForeignForm(request, addresses)
    }
    const refused = refusal(declared, request.caller)
    if (refused) throw refused
  })
  app.addHook('preHandler', async request => {
    const refused = await refusalOfForeign(request.routeOptions.config.access, request.caller, request)
    if (refused) throw refused
  })
}

/** The caller of a route that somebody has to be signed in for. */
export function callerIn(request: FastifyRequest): Caller {
  if (request.caller) return request.caller
  throw new GantryError('UNAUTHENTICATED', 'this needs a session or a token')
}

/** The person who calls a route for people only. */
export function personIn(request: FastifyRequest): PersonCaller {
  const caller = callerIn(request)
  if (caller.kind === 'person') return caller
  throw new GantryError('FORBIDDEN', `only people do this; ${caller.name} is none`)
}

/** Who the request says it is from, if that still holds. */
export async function callerOf(request: FastifyRequest, access: Access): Promise<Caller | null> {
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
  if (bearer) return access.byToken(bearer)
  const session = sessionOf(request)
  return session ? access.bySession(session) : null
}

/** Hosts ask for health by numbers; keys and signatures prove more than a name does. */
const isForAnyName = (access: RouteAccess | undefined): boolean =>
  (access?.kind === 'open' && access.isForAnyName) || (access?.kind === 'proof' && access.of !== 'sign-in link')

/** A cookie is believed for changes only with a JSON body: a form of another site cannot send one. */
function refuseForeignForm(request: FastifyRequest, addresses: OwnAddresses): void {
  if (request.method === 'GET' || request.method === 'HEAD' || request.headers.authorization) return
  if (!request.caller) return
  addresses.requireOwnOrigin(request)
  const site = request.headers['sec-fetch-site']
  const isJson = request.headers['content-type']?.startsWith('application/json')
  if (isJson && (site === undefined || site === 'same-origin' || site === 'none')) return
  throw new GantryError('FORBIDDEN', 'a change by cookie must come from the dashboard itself, as JSON')
}
