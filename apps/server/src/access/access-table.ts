import type { JobScope, Role } from '@gantry/core'
import type { Caller } from './caller.ts'
import { type Proof, type RouteAccess, refusal } from './route-access.ts'

/** What a kind of caller is answered: let in, let in for what is theirs, or refused with that status. */
export type Answer = 'yes' | 401 | 403 | { for: string } | { with: Proof }

export interface CallerKind {
  title: string
  caller: Caller | null
}

const person = (role: Role): Caller => ({ kind: 'person', name: role, role, person: { id: role, name: role, role } })
const job = (...scopes: JobScope[]): Caller => ({
  kind: 'job',
  name: 'a job',
  job: { project: 'p', runId: 'r', environment: null, scopes },
})

/** Every kind of caller there is, in the order of the table. A person has a session, or a token that acts for them. */
export const callerKinds = [
  { title: 'nobody, or an ingest key', caller: null },
  { title: 'viewer', caller: person('viewer') },
  { title: 'developer', caller: person('developer') },
  { title: 'release manager', caller: person('release-manager') },
  { title: 'owner', caller: person('owner') },
  { title: "program's token, role owner", caller: { kind: 'program', name: 'a program', role: 'owner' } },
  { title: 'job of a pull request', caller: job('run') },
  { title: 'job of a deployed branch', caller: job('run', 'release') },
  { title: 'job in an environment', caller: job('run', 'release', 'deploy') },
  { title: 'job of rollback.yml', caller: job('run', 'release', 'rollback') },
] as const satisfies CallerKind[]

export function answerTo(access: RouteAccess, caller: Caller | null): Answer {
  if (access.kind === 'proof') return { with: access.of }
  const refused = refusal(access, caller)
  if (refused) return refused.status === 401 ? 401 : 403
  return caller?.kind === 'job' && access.kind === 'signed-in' && access.jobs ? { for: access.jobs.for } : 'yes'
}
