import { GantryError } from '@gantry/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Access } from '../access/access.ts'
import type { Caller, PersonCaller } from '../access/caller.ts'
import type { RefusedAct } from '../access/refusal-log.ts'
import { isForPrograms, needsCaller, type RouteAccess, refusal, refusalOfForeign } from '../access/route-access.ts'
import type { OwnAddresses } from './own-addresses.ts'
import { sessionOf } from './session-cookie.ts'

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null
  }
}

export interface DoorParts {
  access: Access
  addresses: OwnAddresses
  /** Hears what somebody known was refused to do. */
  onRefused(refused: RefusedAct): void
}

/**
 * Decides who comes in, in one place: after routing, on the route that matched and what it declares, so that no spelling of
 * an address leads past it. Before the body is read: strangers send none.
 */
export function installDoor(app: FastifyInstance, parts: DoorParts): void {
  const { access, addresses } = parts
  app.decorateRequest('caller', null)
  const letIn = async (request: FastifyRequest) => {
    const declared = accessTo(request)
    if (!isForAnyName(declared)) addresses.requireOwnHost(request)
    // A path nobody answers has no route. It leads to a page or to NOT_FOUND, neither of which knows anything.
    if (request.is404) return
    const project = projectOf(request)
    if (needsCaller(declared)) {
      request.caller = await callerOf(request, access, project)
      refuseForeignForm(request, addresses)
    }
    throwRefused(request, refusal(declared, request.caller, project), parts)
  }
  const letAct = async (request: FastifyRequest) => {
    const { access: declared } = request.routeOptions.config
    throwRefused(request, await refusalOfForeign(declared, request.caller, request), parts)
  }
  // What programs prove is asked by the route itself, thousands of times a second: they pass without a promise.
  const unlessForPrograms =
    (act: (request: FastifyRequest) => Promise<void>) =>
    (request: FastifyRequest, _reply: unknown, done: (error?: Error) => void) =>
      isForPrograms(accessTo(request)) ? done() : void act(request).then(() => done(), done)
  app.addHook('onRequest', unlessForPrograms(letIn))
  app.addHook('preHandler', unlessForPrograms(letAct))
}

const accessTo = (request: FastifyRequest): RouteAccess | undefined =>
  request.is404 ? undefined : request.routeOptions.config.access

/** The project of a route below `/api/v1/projects/:project`. */
export function projectIn(request: FastifyRequest): string {
  const project = projectOf(request)
  if (project !== null) return project
  throw new Error(`${request.routeOptions.url} is about no project`)
}

/** A look that is refused is no act, and is not written down. */
function throwRefused(request: FastifyRequest, why: GantryError | null, { onRefused }: DoorParts): void {
  if (!why) return
  const { caller, method, routeOptions } = request
  if (caller && method !== 'GET' && method !== 'HEAD')
    onRefused({ caller, project: projectOf(request), route: `${method} ${routeOptions.url ?? ''}`, why })
  throw why
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

/** Who the request says it is from, if that still holds, with their role in that project. */
export async function callerOf(
  request: FastifyRequest,
  access: Pick<Access, 'callerOf'>,
  project: string | null,
): Promise<Caller | null> {
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
  const secret = bearer ?? sessionOf(request)
  return secret ? access.callerOf(secret, project) : null
}

/** The project that the matched route is about; null when it is about none. */
export function projectOf({ params }: FastifyRequest): string | null {
  const { project } = params as { project?: unknown }
  return typeof project === 'string' ? project : null
}

/** Hosts ask for health by numbers; keys and signatures prove more than a name does. */
const isForAnyName = (access: RouteAccess | undefined): boolean =>
  (access?.kind === 'open' && access.isForAnyName) || isForPrograms(access)

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
