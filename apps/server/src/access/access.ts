import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { AccessStore, ApiToken, Person, Role } from '@gantry/core'
import { GantryError } from '@gantry/core'

/** Who asks: a signed-in person, an API token, or the job of a run. */
export interface Caller {
  person: Person
  /** False for a token that belongs to nobody, such as that of a job. */
  isPerson: boolean
  /** Set for the token of a job: it may act for that run only. */
  runId: string | null
}

export interface Access {
  /** A link that works once, within the hour. */
  newSignInLink(personId: string): Promise<string>
  /** The session's secret, or null when the link was used or is old. */
  signIn(link: string): Promise<{ session: string; person: Person } | null>
  newToken(token: Pick<ApiToken, 'name' | 'personId' | 'role' | 'runId' | 'expiresAt'>): Promise<string>
  bySession(session: string): Promise<Caller | null>
  byToken(token: string): Promise<Caller | null>
}

const linkLifeMs = 3_600_000
export const sessionLifeMs = 30 * 86_400_000

export function createAccess(store: AccessStore, now: () => Date): Access {
  const later = (ms: number) => new Date(now().getTime() + ms).toISOString()
  return {
    async newSignInLink(personId) {
      const secret = newSecret()
      await store.addSignInLink(hashOf(secret), personId, later(linkLifeMs))
      return secret
    },
    async signIn(link) {
      const person = await store.useSignInLink(hashOf(link), now().toISOString())
      if (!person) return null
      const session = newSecret()
      await store.addSession(hashOf(session), person.id, later(sessionLifeMs))
      return { session, person }
    },
    async newToken(token) {
      const secret = `gantry_${newSecret()}`
      await store.addToken({ ...token, id: randomUUID(), hash: hashOf(secret) })
      return secret
    },
    async bySession(session) {
      const person = await store.session(hashOf(session), now().toISOString())
      return person && { person, isPerson: true, runId: null }
    },
    async byToken(secret) {
      const token = await store.token(hashOf(secret), now().toISOString())
      if (!token) return null
      const person = token.personId === null ? null : await store.person(token.personId)
      const bearer = person ?? { id: `token:${token.id}`, name: token.name, role: token.role }
      return { person: bearer, isPerson: person !== null, runId: token.runId }
    },
  }
}

const ranks: Record<Role, number> = { viewer: 0, developer: 1, 'release-manager': 2, owner: 3 }

/** @throws GantryError FORBIDDEN when the caller's role is below `least`. */
export function requireRole(caller: Caller, least: Role): void {
  if (ranks[caller.person.role] >= ranks[least]) return
  throw new GantryError(
    'FORBIDDEN',
    `expected the role ${least} or above; ${caller.person.name} has the role ${caller.person.role}`,
  )
}

const newSecret = () => randomBytes(24).toString('base64url')
const hashOf = (secret: string) => createHash('sha256').update(secret).digest('hex')
