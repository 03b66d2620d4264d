import type { JobScope, Person, Role } from './person.ts'

/** Sessions, API tokens and sign-in links are different things; only hashes of them are stored. */
export interface AccessStore {
  person(id: string): Promise<Person | null>
  people(): Promise<Person[]>
  savePerson(person: Person): Promise<void>
  addSignInLink(hash: string, personId: string, expiresAt: string): Promise<void>
  /** Works once: of two browsers that use it at the same time one gets in. */
  useSignInLink(hash: string, now: string): Promise<Person | null>
  /** Looking does not use it. */
  signInLink(hash: string): Promise<{ expiresAt: string; usedAt: string | null } | null>
  addSession(session: NewSession): Promise<void>
  session(hash: string, now: string): Promise<Person | null>
  endSession(hash: string): Promise<void>
  /** Those that still work, newest first. */
  sessions(now: string): Promise<Session[]>
  /** False when there is none. */
  endSessionById(id: string): Promise<boolean>
  addToken(token: ApiToken): Promise<void>
  token(hash: string, now: string): Promise<ApiToken | null>
  /** Those that still work, newest first. */
  tokens(now: string): Promise<Omit<ApiToken, 'hash'>[]>
  /** False when there is none. */
  revokeToken(id: string): Promise<boolean>
  /** Of one run, or of every run. */
  revokeJobTokens(runId?: string): Promise<void>
  /** Removes what does not work any more: sessions and tokens that expired before `now`, links that did a day before. */
  prune(now: string): Promise<void>
}

export interface NewSession {
  id: string
  hash: string
  personId: string
  createdAt: string
  expiresAt: string
  /** What the browser calls itself, to tell one session from another in a list. */
  agent: string | null
}

export interface Session extends Omit<NewSession, 'hash' | 'createdAt'> {
  person: string
  /** Null for those made by an older Gantry. */
  createdAt: string | null
}

export interface ApiToken {
  id: string
  hash: string
  name: string
  personId: string | null
  /** Of a program; that of a person's token is the person's own, and a job has none. */
  role: Role
  /** Set for the token of a job, which ends with it. */
  job: { project: string; runId: string; environment: string | null; scopes: readonly JobScope[] } | null
  createdAt: string | null
  expiresAt: string
}
