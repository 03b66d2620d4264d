import type { JobScope, Role } from '@gantry/core'
import { type Caller, personCaller } from './caller.ts'
import { type Proof, type RouteAccess, refusal } from './route-access.ts'

/** What a kind of caller is answered: let in, let in for what is theirs, or refused with that status. */
export type Answer = 'yes' | 401 | 403 | 404 | { for: string } | { with: Proof }

export interface CallerKind {
  title: string
  caller: Caller | null
}

const project = 'p'
const person = (role: Role | null, isServerOwner = false): Caller =>
  personCaller({ id: 'x', name: role ?? 'x', email: null, isServerOwner }, 's', role)
const program = (...scopes: string[]): Caller => ({ kind: 'program', name: 'a program', tokenId: 't', project, scopes })
const job = (...scopes: JobScope[]): Caller => ({
  kind: 'job',
  name: 'a job',
  tokenId: 't',
  project,
  job: { project, runId: 'r', environment: null, scopes },
})

/** Every kind of caller there is, in the order of the table. */
export const callerKinds = [
  { title: 'nobody, or an ingest key', caller: null },
  { title: 'somebody of another project', caller: person(null) },
  { title: 'viewer', caller: person('viewer') },
  { title: 'developer', caller: person('developer') },
  { title: 'release manager', caller: person('release-manager') },
  { title: 'owner', caller: person('owner') },
  { title: "server's owner", caller: person(null, true) },
  {
    title: 'token with every scope',
    caller: program('read', 'run', 'release', 'respond', 'ingest', 'deploy:x', 'rollback:x'),
  },
  { title: 'job of a pull request', caller: job('run') },
  { title: 'job of a deployed branch', caller: job('run', 'release') },
  { title: 'job in an environment', caller: job('run', 'release', 'deploy') },
  { title: 'job of rollback.yml', caller: job('run', 'release', 'rollback') },
] as const satisfies CallerKind[]

export function answerTo(access: RouteAccess, caller: Caller | null): Answer {
  if (access.kind === 'proof') return { with: access.of }
  const refused = refusal(access, caller, project)
  if (refused) return refused.status === 401 ? 401 : refused.status === 404 ? 404 : 403
  if (access.kind !== 'act') return 'yes'
  if (caller?.kind === 'job' && access.jobs) return { for: access.jobs.for }
  if (caller?.kind === 'program' && access.jobs?.environment && (access.act === 'deploy' || access.act === 'rollback'))
    return { for: 'its environment' }
  return 'yes'
}
