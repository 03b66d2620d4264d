import type { Account, JobScope, Person, Role } from '@gantry/core'

/** Who asks, and what they are in the project they ask about. A token is never a person: it has scopes, no role. */
export type Caller = PersonCaller | ProgramCaller | JobCaller

export interface PersonCaller {
  kind: 'person'
  name: string
  account: Account
  sessionId: string
  /** In the project that was asked about; null when they do not belong to it, or no project was. */
  role: Role | null
  /** Themself in that project. A route that takes an act is reached with a role only. */
  person: Person
}

/** A token that belongs to nobody, such as the one GitHub's jobs hold as a secret. */
export interface ProgramCaller {
  kind: 'program'
  name: string
  tokenId: string
  project: string
  scopes: readonly string[]
}

export interface JobCaller {
  kind: 'job'
  name: string
  tokenId: string
  project: string
  job: JobGrant
}

/** What the token of a job is for: its own run, and what `scopes` add in its one environment. */
export interface JobGrant {
  project: string
  runId: string
  environment: string | null
  scopes: readonly JobScope[]
}

export const runIdOf = (caller: Caller): string | null => (caller.kind === 'job' ? caller.job.runId : null)

/** The projects whose business is any of theirs. */
export type SeenProjects = ReadonlySet<string> | 'all'

export const isSeen = (seen: SeenProjects, project: string): boolean => seen === 'all' || seen.has(project)

export function personCaller(account: Account, sessionId: string, member: Role | null): PersonCaller {
  const role = account.isServerOwner ? 'owner' : member
  const { id, name } = account
  return { kind: 'person', name, account, sessionId, role, person: { id, name, role: role ?? 'viewer' } }
}
