import type { JobScope, Person, Role } from '@gantry/core'

/** Who asks. A job is never a person: it has no role, only what its token was given for. */
export type Caller = PersonCaller | ProgramCaller | JobCaller

export interface PersonCaller {
  kind: 'person'
  name: string
  role: Role
  person: Person
}

/** A token that belongs to nobody, such as the one GitHub's jobs hold as a secret. */
export interface ProgramCaller {
  kind: 'program'
  name: string
  role: Role
}

export interface JobCaller {
  kind: 'job'
  name: string
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

/** Whether what happens in a project is any business of theirs. */
export const isSeenBy = (caller: Caller, project: string): boolean =>
  caller.kind !== 'job' || caller.job.project === project
