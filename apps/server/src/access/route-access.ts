import { type ActName, acts, GantryError, type JobScope, mayAct, scopesCover, scopesReach } from '@gantry/core'
import type { FastifyRequest } from 'fastify'
import type { Caller, JobCaller, JobGrant } from './caller.ts'

/** Who may call a route. Every route declares one: the table of docs/reference/access.md is made from them. */
export type RouteAccess =
  | { kind: 'open'; because: string; isForAnyName: boolean }
  | { kind: 'proof'; of: Proof }
  /** An act in the project of the route, see `acts`. */
  | { kind: 'act'; act: ActName; jobs: JobRule | null; orAct?: ActName }
  /** About oneself: whoever is signed in, in any project or none. */
  | { kind: 'oneself' }
  /** The answer is about who asks: people and tokens. */
  | { kind: 'anybody-known' }
  /** About this server: projects, everybody's accounts. */
  | { kind: 'server-owner' }

/** What a caller proves to the route itself, which verifies it before anything else. */
export type Proof =
  | 'ingest key'
  | 'runner token'
  | 'hook token'
  | 'token of the project'
  | 'webhook signature'
  | 'job token of GitHub'
  | 'set-up link'
  | 'sign-in link'
  | 'invitation'
  | 'sign-in'

/** Lets jobs in whose token has one of the scopes, for what is theirs. */
export interface JobRule {
  scopes: readonly JobScope[]
  /** What of it is theirs, in the words of the table. */
  for: string
  isTheirs(request: FastifyRequest, job: JobGrant): boolean | Promise<boolean>
  /** The environment that is named: a program's scope for deploying or rolling back has to name the same. */
  environment?(request: FastifyRequest): string | undefined
}

export const open = (because: string): RouteAccess => ({ kind: 'open', because, isForAnyName: false })

/** Also by a name or number that is none of this server's, see `OwnAddresses`. */
export const openUnderAnyName = (because: string): RouteAccess => ({ kind: 'open', because, isForAnyName: true })

export const provenBy = (of: Proof): RouteAccess => ({ kind: 'proof', of })

/** People whose role in the project may do it, and programs with its scope; jobs only with a rule of their own. */
export const may = (act: ActName, jobs: JobRule | null = null): RouteAccess => ({ kind: 'act', act, jobs })

/** The same for a program with the scope of either: what carries out a deployment carries out a rollback as well. */
export const mayEither = (act: ActName, orAct: ActName, jobs: JobRule): RouteAccess => ({
  kind: 'act',
  ...{ act, orAct, jobs },
})

export const oneself: RouteAccess = { kind: 'oneself' }
export const anybodyKnown: RouteAccess = { kind: 'anybody-known' }
export const serverOwner: RouteAccess = { kind: 'server-owner' }

const programsProve: readonly Proof[] = [
  ...([
    'ingest key',
    'runner token',
    'hook token',
    'token of the project',
    'webhook signature',
    'job token of GitHub',
  ] as const),
]

/** Whether it is a program of elsewhere that proves itself, under whatever name it knows this server by. */
export const isForPrograms = (access: RouteAccess | undefined): boolean =>
  access?.kind === 'proof' && programsProve.includes(access.of)

/** Whether the route needs to know who calls. */
export const needsCaller = (access: RouteAccess | undefined): boolean =>
  access !== undefined && access.kind !== 'open' && access.kind !== 'proof'

/**
 * Why the caller may not call the route, or null when they may. A route without a declaration is nobody's. What a token names
 * in the request is asked later, by `refusalOfForeign`, when it was read.
 */
export function refusal(
  access: RouteAccess | undefined,
  caller: Caller | null,
  project: string | null,
): GantryError | null {
  if (!access) return forbidden('this route does not declare who may call it, so nobody may')
  if (access.kind === 'open' || access.kind === 'proof') return null
  if (!caller) return new GantryError('UNAUTHENTICATED', 'this needs a session or a token, and neither was valid')
  if (access.kind === 'anybody-known') return null
  if (access.kind !== 'act') return refusalOfOwn(access.kind, caller)
  if (caller.kind === 'person')
    return caller.role === null ? notTheirs(project) : refusalOfRole(access.act, caller.name, caller.role)
  if (caller.project !== project) return notTheirs(project)
  if (caller.kind === 'job') return refusalOfJob(access, caller)
  if (actsOf(access).some(act => scopesReach(caller.scopes, act))) return null
  return forbidden(whyNotByToken(access.act, caller.name, caller.scopes))
}

/** Why a token that may call the route may not do so for what it named. */
export async function refusalOfForeign(
  access: RouteAccess | undefined,
  caller: Caller | null,
  request: FastifyRequest,
): Promise<GantryError | null> {
  if (access?.kind !== 'act' || !caller || caller.kind === 'person') return null
  if (caller.kind === 'program') {
    const environment = access.jobs?.environment?.(request)
    if (actsOf(access).some(act => scopesCover(caller.scopes, act, environment))) return null
    const scope = `${acts[access.act].scope}:${environment ?? '<environment>'}`
    return forbidden(`the token ${caller.name} would need the scope ${scope} and has ${caller.scopes.join(', ')}`)
  }
  if (!access.jobs || (await access.jobs.isTheirs(request, caller.job))) return null
  const environment = caller.job.environment === null ? 'no environment' : `the environment ${caller.job.environment}`
  return forbidden(`the job ${caller.name} may do this for ${access.jobs.for}; it has ${environment}`)
}

const actsOf = ({ act, orAct }: Extract<RouteAccess, { kind: 'act' }>): ActName[] => (orAct ? [act, orAct] : [act])

const forbidden = (message: string) => new GantryError('FORBIDDEN', message)

/** The same words whether the project exists or not: names of projects are for those who belong to them. */
const notTheirs = (project: string | null) =>
  new GantryError('PROJECT_UNKNOWN', `no project ${project?.slice(0, 60) ?? ''}`)

function refusalOfOwn(kind: 'oneself' | 'server-owner', caller: Caller): GantryError | null {
  if (caller.kind !== 'person') return forbidden(`only people do this; ${caller.name} is a token`)
  if (kind === 'oneself' || caller.account.isServerOwner) return null
  return forbidden(`only an owner of this server does this; ${caller.name} is none`)
}

function refusalOfRole(act: ActName, name: string, role: Parameters<typeof mayAct>[0]): GantryError | null {
  if (mayAct(role, act)) return null
  return forbidden(`expected the role ${acts[act].role} or above; ${name} has the role ${role} in this project`)
}

function whyNotByToken(act: ActName, name: string, scopes: readonly string[]): string {
  const { scope } = acts[act]
  if (scope === null) return `only people do this; ${name} is a token`
  return `the token ${name} would need the scope ${scope} and has ${scopes.join(', ') || 'none'}`
}

function refusalOfJob(
  { jobs, act }: Extract<RouteAccess, { kind: 'act' }>,
  { name, job: { scopes } }: JobCaller,
): GantryError | null {
  if (jobs?.scopes.some(scope => scopes.includes(scope))) return null
  const why =
    acts[act].scope === null
      ? 'only people do this, and a run is not a person'
      : jobs
        ? `its token would need the scope ${jobs.scopes.join(' or ')} and has ${scopes.join(', ')}`
        : 'no job needs it'
  return forbidden(`the job ${name} may not do this: ${why}`)
}
