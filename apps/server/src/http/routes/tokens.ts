import { type AccessStore, type ApiToken, GantryError } from '@gantry/core'
import { MadeToken, NewToken, TokenView } from '@gantry/core/api'
import * as z from 'zod'
import type { Access } from '../../access/access.ts'
import type { AccessLedger } from '../../access/access-ledger.ts'
import { may } from '../../access/route-access.ts'
import { personIn, projectIn } from '../door.ts'
import type { Api } from '../route.ts'

export interface TokenRouteParts {
  access: Access
  store: Pick<AccessStore, 'tokens' | 'revokeToken'>
  ledger: AccessLedger
  now(): Date
}

const tags = ['access']
const one = z.object({ id: z.string() })
const dayMs = 86_400_000

/** Tokens of a project: for its programs, such as GitHub's jobs, and those of jobs that run now. */
export function tokenRoutes(app: Api, { access, store, ledger, now }: TokenRouteParts): void {
  app.get(
    '/tokens',
    {
      access: may('tokens'),
      schema: {
        tags,
        summary: 'Tokens that work',
        response: { 200: z.object({ tokens: z.array(TokenView) }) },
      },
    },
    async request => ({ tokens: (await store.tokens(projectIn(request), now().toISOString())).map(viewOf) }),
  )
  app.post(
    '/tokens',
    {
      access: may('tokens'),
      schema: {
        tags,
        summary: 'Make a token for a program; it is shown this once',
        body: NewToken,
        response: { 201: MadeToken },
      },
    },
    async (request, reply) => {
      const project = projectIn(request)
      const { name, scopes, days } = request.body
      const expiresAt = new Date(now().getTime() + days * dayMs).toISOString()
      const createdBy = personIn(request).name
      const { id, secret } = await access.newToken({ name, project, scopes, job: null, createdBy, expiresAt })
      await ledger.write(project, {
        actor: createdBy,
        action: 'token.created',
        subject: name,
        evidence: { id, scopes },
      })
      return reply.status(201).send({ id, token: secret, expiresAt })
    },
  )
  app.post(
    '/tokens/:id/revoke',
    { access: may('tokens'), schema: { tags, summary: 'Revoke a token', params: one, body: z.strictObject({}) } },
    async request => {
      const [project, { id }] = [projectIn(request), request.params]
      const revoked = await store.revokeToken(project, id)
      if (!revoked) throw new GantryError('NOT_FOUND', `no token ${id}`)
      const actor = personIn(request).name
      await ledger.write(project, { actor, action: 'token.revoked', subject: revoked.name, evidence: { id } })
      ledger.accessChanged(id)
      return {}
    },
  )
}

const viewOf = ({ job, ...token }: Omit<ApiToken, 'hash'>): TokenView => ({
  ...token,
  kind: job ? 'job' : 'program',
  environment: job?.environment ?? null,
  scopes: [...(job?.scopes ?? token.scopes)],
})
