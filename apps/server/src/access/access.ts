import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { AccessStore, ApiToken, Person } from '@gantry/core'
import type { Caller } from './caller.ts'

export interface Access {
  /** A link that works once, within the hour. */
  newSignInLink(personId: string): Promise<string>
  /** What a link is, without using it. */
  lookAtLink(link: string): Promise<'good' | 'used' | 'old' | 'unknown'>
  /** The session's secret, or null when the link does not work. `agent` is what the browser calls itself. */
  signIn(link: string, agent: string | null): Promise<{ session: string; person: Person } | null>
  signOut(session: string): Promise<void>
  /** The token's secret, which is shown once. */
  newToken(token: Omit<ApiToken, 'id' | 'hash' | 'createdAt'>): Promise<{ id: string; secret: string }>
  /** Null when it does not work. */
  tokenOf(secret: string): Promise<ApiToken | null>
  bySession(session: string): Promise<Caller | null>
  byToken(token: string): Promise<Caller | null>
}

const linkLifeMs = 3_600_000
export const sessionLifeMs = 30 * 86_400_000
const longestAgent = 300

export function createAccess(store: AccessStore, now: () => Date): Access {
  const later = (ms: number) => new Date(now().getTime() + ms).toISOString()
  const at = () => now().toISOString()
  return {
    async newSignInLink(personId) {
      const secret = newSecret()
      await store.addSignInLink(hashOf(secret), personId, later(linkLifeMs))
      return secret
    },
    async lookAtLink(link) {
      const known = await store.signInLink(hashOf(link))
      if (!known) return 'unknown'
      if (known.usedAt !== null) return 'used'
      return known.expiresAt > at() ? 'good' : 'old'
    },
    async signIn(link, agent) {
      const person = await store.useSignInLink(hashOf(link), at())
      if (!person) return null
      const session = newSecret()
      await store.addSession({
        id: randomUUID(),
        hash: hashOf(session),
        personId: person.id,
        createdAt: at(),
        expiresAt: later(sessionLifeMs),
        agent: agent?.slice(0, longestAgent) ?? null,
      })
      return { session, person }
    },
    signOut: session => store.endSession(hashOf(session)),
    async newToken(token) {
      const [id, secret] = [randomUUID(), `gantry_${newSecret()}`]
      await store.addToken({ ...token, id, hash: hashOf(secret), createdAt: at() })
      return { id, secret }
    },
    tokenOf: secret => store.token(hashOf(secret), at()),
    async bySession(session) {
      const person = await store.session(hashOf(session), at())
      return person && callerFor(person)
    },
    async byToken(secret) {
      const token = await store.token(hashOf(secret), at())
      if (!token) return null
      const { name, role, job, personId } = token
      if (job) return { kind: 'job', name, job }
      if (personId === null) return { kind: 'program', name, role }
      const person = await store.person(personId)
      return person && callerFor(person)
    },
  }
}

const callerFor = (person: Person): Caller => ({ kind: 'person', name: person.name, role: person.role, person })

const newSecret = () => randomBytes(24).toString('base64url')
const hashOf = (secret: string) => createHash('sha256').update(secret).digest('hex')
