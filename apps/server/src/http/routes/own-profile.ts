import { type AccessStore, GantryError, type Store } from '@gantry/core'
import { Profile, ProfileBody, SignInWays } from '@gantry/core/api'
import * as z from 'zod'
import type { Access } from '../../access/access.ts'
import type { AccessLedger } from '../../access/access-ledger.ts'
import { oneself, open, serverOwner } from '../../access/route-access.ts'
import type { Environment } from '../../environment.ts'
import { personIn } from '../door.ts'
import type { Api } from '../route.ts'

export interface ProfileRouteParts {
  store: Pick<AccessStore, 'savePerson' | 'people' | 'person'> & Pick<Store['access'], 'secondFactor'>
  access: Pick<Access, 'newSignInLink'>
  ledger: AccessLedger
  environment: Pick<Environment, 'providers'>
  url(): string
}

const tags = ['access']

/** Who one is, and how one signs in. */
export function ownProfileRoutes(app: Api, { store, access, ledger, environment, url }: ProfileRouteParts): void {
  const { github, oidc } = environment.providers
  const providers = [
    ...(github ? [{ id: 'github', name: 'GitHub' }] : []),
    ...(oidc ? [{ id: 'oidc', name: oidc.name }] : []),
  ]
  app.get(
    '/api/v1/sign-in/ways',
    {
      access: open('the sign-in page shows it'),
      schema: { tags, summary: 'How people sign in to this server', response: { 200: SignInWays } },
    },
    () => ({ providers }),
  )
  app.get(
    '/api/v1/me/profile',
    { access: oneself, schema: { tags, summary: 'Own profile', response: { 200: Profile } } },
    async request => {
      const { account } = personIn(request)
      return { ...account, hasSecondFactor: await store.secondFactor(account.id) }
    },
  )
  app.post(
    '/api/v1/me/profile',
    { access: oneself, schema: { tags, summary: 'Change the own name and e-mail', body: ProfileBody } },
    async request => {
      const { account } = personIn(request)
      const { name, email } = request.body
      if (account.email !== null && email === null)
        throw new GantryError('BAD_REQUEST', 'an e-mail can be changed and not taken away: a password needs it')
      const isTaken = (await store.people()).some(
        one => one.id !== account.id && email && one.email === email.toLowerCase(),
      )
      if (isTaken) throw new GantryError('CONFLICT', `somebody else signs in with ${email}`)
      await store.savePerson({ ...account, name, email })
      const evidence = { person: account.id, before: account, after: { name, email } }
      await ledger.write(null, { actor: account.name, action: 'person.changed', subject: name, evidence })
      return {}
    },
  )
  app.post(
    '/api/v1/sign-in-links',
    {
      access: oneself,
      schema: {
        tags,
        summary: 'A link that signs the caller in once',
        response: { 201: z.object({ url: z.string() }) },
      },
    },
    async (request, reply) => {
      const link = await access.newSignInLink(personIn(request).account.id)
      return reply.status(201).send({ url: `${url()}/sign-in?link=${link}` })
    },
  )
  app.post(
    '/api/v1/people/:person/sign-in-link',
    {
      access: serverOwner,
      schema: {
        tags,
        summary: 'A link that signs somebody in once, such as who lost their password',
        params: z.object({ person: z.string() }),
        body: z.strictObject({}),
        response: { 201: z.object({ url: z.string() }) },
      },
    },
    async (request, reply) => {
      const person = await store.person(request.params.person)
      if (!person) throw new GantryError('NOT_FOUND', `nobody on this server has the id ${request.params.person}`)
      const link = await access.newSignInLink(person.id)
      const actor = personIn(request).name
      await ledger.write(null, { actor, action: 'sign-in.link', subject: person.name, evidence: { person: person.id } })
      return reply.status(201).send({ url: `${url()}/sign-in?link=${link}` })
    },
  )
}
