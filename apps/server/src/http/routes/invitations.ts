import { type AccessStore, Invitation, invitationLapse } from '@gantry/core'
import { InvitationSecret, InvitationView, MadeInvitation, NewInvitation } from '@gantry/core/api'
import * as z from 'zod'
import type { Invitations } from '../../access/invitations.ts'
import { may, oneself, provenBy } from '../../access/route-access.ts'
import { personIn, projectIn } from '../door.ts'
import type { OwnAddresses } from '../own-addresses.ts'
import type { Api } from '../route.ts'
import { forgetInvitation, keepInvitation } from '../session-cookie.ts'

export interface InvitationRouteParts {
  store: Pick<AccessStore, 'invitations'>
  invitations: Invitations
  now(): Date
}

export interface AcceptRouteParts {
  invitations: Invitations
  addresses: OwnAddresses
  now(): Date
}

const tags = ['people']

/** Letting people in by a link, made and revoked by owners. */
export function invitationRoutes(app: Api, parts: InvitationRouteParts): void {
  const { store, invitations, now } = parts
  app.get(
    '/invitations',
    {
      access: may('people'),
      schema: {
        tags,
        summary: 'Invitations that can still be accepted',
        response: { 200: z.object({ invitations: z.array(Invitation) }) },
      },
    },
    async request => ({ invitations: await store.invitations(projectIn(request), now().toISOString()) }),
  )
  app.post(
    '/invitations',
    {
      access: may('people'),
      schema: {
        tags,
        summary: 'Invite somebody; the link is shown this once',
        body: NewInvitation,
        response: { 201: MadeInvitation },
      },
    },
    async (request, reply) => {
      const project = projectIn(request)
      const made = await invitations.invite({ project, ...request.body, invitedBy: personIn(request).name })
      return reply.status(201).send(made)
    },
  )
  app.post(
    '/invitations/:id/revoke',
    {
      access: may('people'),
      schema: {
        tags,
        summary: 'Revoke an invitation',
        params: z.object({ id: z.string() }),
        body: z.strictObject({}),
      },
    },
    async request => {
      await invitations.revoke(projectIn(request), request.params.id, personIn(request).name)
      return {}
    },
  )
}

/** For whoever has the link. */
export function acceptRoutes(app: Api, { invitations, addresses, now }: AcceptRouteParts): void {
  app.post(
    '/api/v1/invitations/look',
    {
      access: provenBy('invitation'),
      schema: {
        tags,
        summary: 'What an invitation is for; whoever looks may sign up with it',
        body: InvitationSecret,
        response: { 200: InvitationView },
      },
    },
    async (request, reply) => {
      addresses.requireOwnOrigin(request)
      const { token } = request.body
      const invitation = await invitations.lookAt(token)
      // A sign-up at a provider comes back here without the link; the browser keeps it meanwhile.
      keepInvitation(reply, token, addresses.isSecure(request))
      return reply.send({ ...invitation, lapse: invitationLapse(invitation, now().toISOString()) })
    },
  )
  app.post(
    '/api/v1/invitations/accept',
    {
      access: oneself,
      schema: {
        tags,
        summary: 'Accept an invitation',
        body: InvitationSecret,
        response: { 200: Invitation.pick({ project: true, role: true }) },
      },
    },
    async (request, reply) => {
      const accepted = await invitations.accept(request.body.token, personIn(request).account)
      return forgetInvitation(reply).send(accepted)
    },
  )
}
