import { type AccessStore, GantryError, type Session } from '@gantry/core'
import { SessionView } from '@gantry/core/api'
import * as z from 'zod'
import type { AccessLedger } from '../../access/access-ledger.ts'
import type { PersonCaller } from '../../access/caller.ts'
import { oneself } from '../../access/route-access.ts'
import { personIn } from '../door.ts'
import type { Api } from '../route.ts'

export interface SessionRouteParts {
  store: Pick<AccessStore, 'sessions' | 'endSessionById' | 'endSessionsOf'>
  ledger: AccessLedger
  now(): Date
}

const tags = ['access']

/** A person sees and ends their own sessions, an owner of the server everybody's. */
export function sessionRoutes(app: Api, { store, ledger, now }: SessionRouteParts): void {
  const seenBy = ({ account }: PersonCaller) =>
    store.sessions(now().toISOString(), account.isServerOwner ? undefined : account.id)
  app.get(
    '/api/v1/sessions',
    {
      access: oneself,
      schema: {
        tags,
        summary: 'Browsers and commands that are signed in',
        response: { 200: z.object({ sessions: z.array(SessionView) }) },
      },
    },
    async request => {
      const caller = personIn(request)
      return { sessions: (await seenBy(caller)).map(session => viewOf(session, caller.sessionId)) }
    },
  )
  app.post(
    '/api/v1/sessions/:id/end',
    {
      access: oneself,
      schema: {
        tags,
        summary: 'Sign a browser or a command out',
        params: z.object({ id: z.string() }),
        body: z.strictObject({}),
      },
    },
    async request => {
      const { id } = request.params
      const caller = personIn(request)
      const isSeen = (await seenBy(caller)).some(session => session.id === id)
      const ended = isSeen ? await store.endSessionById(id) : null
      if (!ended) throw new GantryError('NOT_FOUND', `no session ${id}`)
      await ledger.write(null, { actor: caller.name, action: 'session.ended', subject: ended.person, evidence: { id } })
      ledger.accessChanged(id)
      return {}
    },
  )
  app.post(
    '/api/v1/sessions/end-others',
    {
      access: oneself,
      schema: {
        tags,
        summary: 'Sign out everywhere but here',
        body: z.strictObject({}),
        response: { 200: z.object({ ended: z.int() }) },
      },
    },
    async request => {
      const { account, sessionId, name } = personIn(request)
      const ended = await store.endSessionsOf(account.id, sessionId)
      await ledger.write(null, { actor: name, action: 'session.ended', subject: name, evidence: { others: ended } })
      ledger.accessChanged(account.id)
      return { ended }
    },
  )
}

const viewOf = ({ id, personId, person, agent, createdAt, expiresAt }: Session, own: string): SessionView => ({
  id,
  personId,
  person,
  kind: agent?.startsWith('gantry ') ? 'command' : 'browser',
  isThis: id === own,
  agent,
  createdAt,
  expiresAt,
})
