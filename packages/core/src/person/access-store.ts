import type { Person, Role } from './person.ts'

/** Sessions, API tokens and sign-in links are different things; only hashes of them are stored. */
export interface AccessStore {
  person(id: string): Promise<Person | null>
  people(): Promise<Person[]>
  savePerson(person: Person): Promise<void>
  addSignInLink(hash: string, personId: string, expiresAt: string): Promise<void>
  /** Works once: answers the person and forgets the link. */
  useSignInLink(hash: string, now: string): Promise<Person | null>
  addSession(hash: string, personId: string, expiresAt: string): Promise<void>
  session(hash: string, now: string): Promise<Person | null>
  endSession(hash: string): Promise<void>
  addToken(token: ApiToken): Promise<void>
  token(hash: string, now: string): Promise<ApiToken | null>
  revokeToken(id: string): Promise<void>
}

export interface ApiToken {
  id: string
  hash: string
  name: string
  personId: string | null
  role: Role
  /** Only for that run; ends with it. */
  runId: string | null
  expiresAt: string | null
}
