import { GantryError, type JobScope, type Role } from '@gantry/core'
import type { FastifyRequest } from 'fastify'
import * as z from 'zod'
import type { Caller, JobGrant } from './caller.ts'

/** Who may call a route. Every route declares one: the table of docs/reference/access.md is made from them. */
export type RouteAccess =
  | { kind: 'open'; because: string; isForAnyName: boolean }
  | { kind: 'proof'; of: Proof }
  | { kind: 'signed-in'; role: Role; isForPeopleOnly: boolean; jobs: JobRule | null }

/** What a caller proves to the route itself, which verifies it before anything else. */
export type Proof = 'ingest key' | 'runner token' | 'hook token' | 'webhook signature' | 'sign-in link'

/** Lets jobs in whose token has one of the scopes, for what is theirs. */
export interface JobRule {
  scopes: readonly JobScope[]
  /** What of it is theirs, in the words of the table. */
  for: string
  isTheirs(request: FastifyRequest, job: JobGrant): boolean | Promise<boolean>
}

export const open = (because: string): RouteAccess => ({ kind: 'open', because, isForAnyName: false })

/** Also by a name or number that is none of this server's, see `OwnAddresses`. */
export const openUnderAnyName = (because: string): RouteAccess => ({ kind: 'open', because, isForAnyName: true })

export const provenBy = (of: Proof): RouteAccess => ({ kind: 'proof', of })

/** People and programs of that role or above; jobs only with a rule of their own. */
export const signedIn = (role: Role, jobs: JobRule | null = null): RouteAccess => ({
  kind: 'signed-in',
  role,
  isForPeopleOnly: false,
  jobs,
})

/** Acts that somebody answers for by name: neither a program nor a job can do them. */
export const peopleOnly = (role: Role): RouteAccess => ({
  kind: 'signed-in',
  role,
  isForPeopleOnly: true,
  jobs: null,
})

const ranks: Record<Role, number> = { viewer: 0, developer: 1, 'release-manager': 2, owner: 3 }

const hasRole = ({ role }: { role: Role }, least: Role): boolean => ranks[role] >= ranks[least]

/**
 * Why the caller may not call the route, or null when it may. A route without a declaration is nobody's. Whether a thing
 * is a job's own is asked later, by `refusalOfForeign`, when the request was read.
 */
export function refusal(access: RouteAccess | undefined, caller: Caller | null): GantryError | null {
  if (!access) return new GantryError('FORBIDDEN', 'this route does not declare who may call it, so nobody may')
  if (access.kind !== 'signed-in') return null
  if (!caller) return new GantryError('UNAUTHENTICATED', 'this needs a session or a token, and neither was valid')
  if (caller.kind === 'job') return refusalOfJob(access, caller.name, caller.job)
  if (access.isForPeopleOnly && caller.kind !== 'person')
    return new GantryError('FORBIDDEN', `only people do this; ${caller.name} is a token`)
  if (hasRole(caller, access.role)) return null
  return new GantryError(
    'FORBIDDEN',
    `expected the role ${access.role} or above; ${caller.name} has the role ${caller.role}`,
  )
}

function refusalOfJob(
  { jobs, isForPeopleOnly }: Extract<RouteAccess, { kind: 'signed-in' }>,
  name: string,
  { scopes }: JobGrant,
): GantryError | null {
  if (jobs?.scopes.some(scope => scopes.includes(scope))) return null
  const why = isForPeopleOnly
    ? 'only people do this, and a run is not a person'
    : jobs
      ? `its token would need the scope ${jobs.scopes.join(' or ')} and has ${scopes.join(', ')}`
      : 'no job needs it'
  return new GantryError('FORBIDDEN', `the job ${name} may not do this: ${why}`)
}

const projectOf = z.looseObject({ project: z.string() })

/** Why a job that may call the route may not do so for what it named. */
export async function refusalOfForeign(
  access: RouteAccess | undefined,
  caller: Caller | null,
  request: FastifyRequest,
): Promise<GantryError | null> {
  if (caller?.kind !== 'job' || access?.kind !== 'signed-in' || !access.jobs) return null
  const { project } = projectOf.safeParse(request.params).data ?? {}
  if (project !== undefined && project !== caller.job.project)
    return new GantryError('FORBIDDEN', `the job ${caller.name} is of another project than ${project}`)
  if (await access.jobs.isTheirs(request, caller.job)) return null
  const environment = caller.job.environment === null ? 'no environment' : `the environment ${caller.job.environment}`
  return new GantryError(
    'FORBIDDEN',
    `the job ${caller.name} may do this for ${access.jobs.for}; it has ${environment}`,
  )
}
