import { type AccessStore, type ApiToken, GantryError } from '@gantry/core'
import { NewToken, SessionView, TokenView } from '@gantry/core/api'
import * as z from 'zod'
import type { Access } from '../../access/access.ts'
import type { PersonCaller } from '../../access/caller.ts'
import { peopleOnly } from '../../access/route-access.ts'
import { personIn } from '../door.ts'
import type { Api } from '../route.ts'

export interface TokenRouteParts {
  access: Access
  store: Pick<AccessStore, 'tokens' | 'revokeToken' | 'sessions' | 'endSessionById'>
  now(): Date
}

const tags = ['access']
const one = z.object({ id: z.string() })
const nothing = z.strictObject({})
const dayMs = 86_400_000

/** Who can get in, and how to stop them. */
export function tokenRoutes(app: Api, { access, store, now }: TokenRouteParts): void {
  const answer = z.object({ tokens: z.array(TokenView) })
  app.get(
    '/api/v1/tokens',
    { access: peopleOnly('owner'), schema: { tags, summary: 'Tokens that work', response: { 200: answer } } },
    async () => ({ tokens: (await store.tokens(now().toISOString())).map(viewOf) }),
  )
  app.post(
    '/api/v1/tokens',
    {
      access: peopleOnly('owner'),
      schema: {
        tags,
        summary: 'Make a token for a program; it is shown this once',
        body: NewToken,
        response: { 201: z.object({ id: z.string(), token: z.string(), expiresAt: z.iso.datetime() }) },
      },
    },
    async (request, reply) => {
      const { name, role, days } = request.body
      const expiresAt = new Date(now().getTime() + days * dayMs).toISOString()
      const { id, secret } = await access.newToken({ name, role, personId: null, job: null, expiresAt })
      return reply.status(201).send({ id, token: secret, expiresAt })
    },
  )
  app.post(
    '/api/v1/tokens/:id/revoke',
    { access: peopleOnly('owner'), schema: { tags, summary: 'Revoke a token', params: one, body: nothing } },
    async ({ params: { id } }) => {
      if (await store.revokeToken(id)) return {}
      throw new GantryError('NOT_FOUND', `no token ${id}`)
    },
  )
  sessionRoutes(app, { access, store, now })
}

/** A person sees and ends their own sessions, an owner everybody's. */
function sessionRoutes(app: Api, { store, now }: TokenRouteParts): void {
  const seenBy = async ({ person }: PersonCaller) =>
    (await store.sessions(now().toISOString())).filter(
      ({ personId }) => person.role === 'owner' || personId === person.id,
    )
  const answer = z.object({ sessions: z.array(SessionView) })
  app.get(
    '/api/v1/sessions',
    {
      access: peopleOnly('viewer'),
      schema: { tags, summary: 'Browsers that are signed in', response: { 200: answer } },
    },
    async request => ({ sessions: await seenBy(personIn(request)) }),
  )
  app.post(
    '/api/v1/sessions/:id/end',
    { access: peopleOnly('viewer'), schema: { tags, summary: 'Sign a browser out', params: one, body: nothing } },
    async request => {
      const { id } = request.params
      const isSeen = (await seenBy(personIn(request))).some(session => session.id === id)
      if (isSeen && (await store.endSessionById(id))) return {}
      throw new GantryError('NOT_FOUND', `no session ${id}`)
    },
  )
}

const viewOf = ({ id, name, personId, role, job, createdAt, expiresAt }: Omit<ApiToken, 'hash'>): TokenView => ({
  id,
  name,
  kind: job ? 'job' : personId === null ? 'program' : 'person',
  role: job || personId !== null ? null : role,
  environment: job?.environment ?? null,
  scopes: [...(job?.scopes ?? [])],
  createdAt,
  expiresAt,
})
