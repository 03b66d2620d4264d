import type { Invitation } from './invitation.ts'
import type { Member, MemberChange } from './membership.ts'
import type { Account, JobScope, KnownAs, Role } from './person.ts'

/** Sessions, API tokens, invitations and sign-in links are different things; only hashes of them are stored. */
export interface AccessStore extends PeopleStore, MemberStore, InvitationStore, SessionStore, TokenStore {
  addSignInLink(link: NewSignInLink): Promise<void>
  /** Works once: of two browsers that use it at the same time one gets in. Not when the session that made it has ended. */
  useSignInLink(hash: string, now: string): Promise<UsedSignInLink | null>
  /** Looking does not use it. `isVoid`: the session that made it has ended. */
  signInLink(hash: string, now: string): Promise<{ expiresAt: string; usedAt: string | null; isVoid: boolean } | null>
  /** Removes what does not work any more: sessions and tokens that expired before `now`; links and invitations a day later. */
  prune(now: string): Promise<void>
}

export interface NewSignInLink {
  hash: string
  personId: string
  expiresAt: string
  /** The session that asked for it; null for the one that a server prints when it starts. */
  madeBySession: string | null
  isForLostPassword: boolean
}

export interface UsedSignInLink {
  person: Account
  isForLostPassword: boolean
}

export interface PeopleStore {
  person(id: string): Promise<Account | null>
  people(): Promise<Account[]>
  /** @throws GantryError CONFLICT when somebody else has or had the e-mail */
  savePerson(person: Account): Promise<void>
  /** Whose the e-mail is or was. */
  whoseEmail(email: string): Promise<string | null>
  /** Who signs in with that account on GitHub. */
  whoseGitHub(account: number): Promise<string | null>
  /** The hash of their password, if they have one. */
  passwordHash(id: string): Promise<string | null>
  /** Whether somebody has a second factor. */
  secondFactor(id: string): Promise<boolean>
  /** What they are and were called; the present ones first. */
  knownAs(id: string): Promise<KnownAs>
}

export interface MemberStore {
  /** Projects somebody belongs to, with their role in each. */
  memberships(personId: string): Promise<{ project: string; role: Role }[]>
  role(project: string, personId: string): Promise<Role | null>
  /** By name. */
  members(project: string): Promise<Member[]>
  /** Lets somebody in, or gives them that role; never the last owner a lesser one, see `changeMember`. */
  addMember(project: string, personId: string, role: Role, since: string): Promise<void>
  /** Another role, or with null none; two at once cannot leave a project without an owner. */
  changeMember(project: string, personId: string, role: Role | null): Promise<MemberChange>
}

export interface InvitationStore {
  addInvitation(invitation: Omit<Invitation, 'usedAt' | 'usedBy'> & { hash: string }): Promise<void>
  invitation(hash: string): Promise<Invitation | null>
  /** Those of a project that can still be accepted, newest first. */
  invitations(project: string, now: string): Promise<Invitation[]>
  /**
   * Whether an account of that e-mail may be made with it: one is, of two that are begun at the same time. The same again may.
   */
  holdInvitation(hash: string, email: string, now: string): Promise<boolean>
  /** Works once: of two who accept at the same time one gets in; whoever made an account with it before anybody else. */
  useInvitation(hash: string, usedBy: Pick<Account, 'name' | 'email'>, now: string): Promise<Invitation | null>
  /** The invitation that was revoked, or null when there was none to accept any more. */
  revokeInvitation(project: string, id: string, now: string): Promise<Invitation | null>
}

export interface SessionStore {
  addSession(session: NewSession): Promise<void>
  /** Who has that session, with their role in that project. */
  session(hash: string, project: string | null, now: string): Promise<SignedIn | null>
  /** Those that still work, newest first; of one person, or of everybody. */
  sessions(now: string, personId?: string): Promise<Session[]>
  /** The session that ended, or null when there is none. What its person let in and was not fetched yet stays out. */
  endSession(hash: string): Promise<Session | null>
  endSessionById(id: string): Promise<Session | null>
  /** Ends all of somebody's but one; answers how many ended. */
  endSessionsOf(personId: string, but: string | null): Promise<number>
}

export interface SignedIn {
  sessionId: string
  person: Account
  /** Null: they do not belong to the project, or none was asked for. */
  role: Role | null
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

export interface TokenStore {
  addToken(token: ApiToken): Promise<void>
  token(hash: string, now: string): Promise<ApiToken | null>
  /** Those of a project that still work, newest first. */
  tokens(project: string, now: string): Promise<Omit<ApiToken, 'hash'>[]>
  tokenUsed(id: string, now: string): Promise<void>
  /** The token that was revoked, or null when the project has none of that id. */
  revokeToken(project: string, id: string): Promise<Omit<ApiToken, 'hash'> | null>
  /** Of one run, or of every run. */
  revokeJobTokens(runId?: string): Promise<void>
  /** Of one run, unless a runner has a job of it: then they may be of that one. */
  revokeLeftJobTokens(runId: string): Promise<void>
}

/** What a program or a job calls with. It is for one project and is never a person. */
export interface ApiToken {
  id: string
  hash: string
  name: string
  project: string
  /** Of a program: `read`, `deploy:staging`. Empty for a job, whose scopes are in `job`. */
  scopes: readonly string[]
  /** Set for the token of a job, which ends with it. */
  job: { runId: string; environment: string | null; scopes: readonly JobScope[] } | null
  /** Name of who made it; null for a job's. */
  createdBy: string | null
  createdAt: string | null
  expiresAt: string
  lastUsedAt: string | null
}
