import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { AccessStore, ApiToken, NewSignInLink, Session, UsedSignInLink } from '@gantry/core'
import { type Caller, personCaller, type SeenProjects } from './caller.ts'

export interface Access {
  /** A link that works once, within the hour, and as long as the session that asked for it. */
  newSignInLink(personId: string, why?: Partial<WhyLink>): Promise<string>
  /** What a link is, without using it. */
  lookAtLink(link: string): Promise<'good' | 'used' | 'old' | 'void' | 'unknown'>
  /** Whose link it is, which works no more; null when it did not. */
  useLink(link: string): Promise<UsedSignInLink | null>
  /** The session's secret. `agent` is what the browser or the command calls itself. */
  newSession(personId: string, agent: string | null): Promise<string>
  /** Signs that browser or command out. */
  endSession(id: string): Promise<Session | null>
  /** The token's secret, which is shown once. */
  newToken(token: NewApiToken): Promise<{ id: string; secret: string }>
  /** The projects that are any of their business: theirs, all of them for an owner of the server, and of a job none. */
  seenBy(caller: Caller): Promise<SeenProjects>
  /** Who has that secret of a session or token, and their role in the project. Null when it does not work. */
  callerOf(secret: string, project: string | null): Promise<Caller | null>
}

export type WhyLink = Pick<NewSignInLink, 'madeBySession' | 'isForLostPassword'>
export type NewApiToken = Omit<ApiToken, 'id' | 'hash' | 'createdAt' | 'lastUsedAt'>

const linkLifeMs = 3_600_000
export const sessionLifeMs = 30 * 86_400_000
const longestAgent = 300
/** How often it is written that a token is used: the list says to the minute. */
const usedEveryMs = 60_000
const tokenMark = 'gantry_'

export function createAccess(store: AccessStore, now: () => Date): Access {
  const later = (ms: number) => new Date(now().getTime() + ms).toISOString()
  const at = () => now().toISOString()

  async function byToken(secret: string): Promise<Caller | null> {
    const token = await store.token(hashOf(secret), at())
    if (!token) return null
    const { id: tokenId, name, project, scopes, job, lastUsedAt } = token
    const isWritten = lastUsedAt !== null && now().getTime() - Date.parse(lastUsedAt) < usedEveryMs
    if (!isWritten) await store.tokenUsed(tokenId, at())
    if (job) return { kind: 'job', name, tokenId, project, job: { ...job, project } }
    return { kind: 'program', name, tokenId, project, scopes }
  }

  return {
    async newSignInLink(personId, { madeBySession = null, isForLostPassword = false } = {}) {
      const secret = newSecret()
      const link = { hash: hashOf(secret), personId, expiresAt: later(linkLifeMs) }
      await store.addSignInLink({ ...link, madeBySession, isForLostPassword })
      return secret
    },
    async lookAtLink(link) {
      const known = await store.signInLink(hashOf(link), at())
      if (!known) return 'unknown'
      if (known.usedAt !== null) return 'used'
      if (known.isVoid) return 'void'
      return known.expiresAt > at() ? 'good' : 'old'
    },
    useLink: link => store.useSignInLink(hashOf(link), at()),
    async newSession(personId, agent) {
      const secret = newSecret()
      const times = { createdAt: at(), expiresAt: later(sessionLifeMs) }
      const session = { id: randomUUID(), hash: hashOf(secret), personId, agent: agent?.slice(0, longestAgent) ?? null }
      await store.addSession({ ...session, ...times })
      return secret
    },
    endSession: id => store.endSessionById(id),
    async newToken(token) {
      const [id, secret] = [randomUUID(), `${tokenMark}${newSecret()}`]
      await store.addToken({ ...token, id, hash: hashOf(secret), createdAt: at(), lastUsedAt: null })
      return { id, secret }
    },
    async seenBy(caller) {
      if (caller.kind === 'job') return new Set()
      if (caller.kind === 'program') return new Set(caller.scopes.includes('read') ? [caller.project] : [])
      if (caller.account.isServerOwner) return 'all'
      return new Set((await store.memberships(caller.account.id)).map(({ project }) => project))
    },
    async callerOf(secret, project) {
      if (secret.startsWith(tokenMark)) return byToken(secret)
      const signedIn = await store.session(hashOf(secret), project, at())
      return signedIn && personCaller(signedIn.person, signedIn.sessionId, signedIn.role)
    },
  }
}

export const newSecret = (): string => randomBytes(24).toString('base64url')
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')
