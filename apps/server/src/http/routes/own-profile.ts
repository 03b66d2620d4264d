import { type AccessStore, GantryError } from '@gantry/core'
import { Profile, ProfileBody, SignInWays } from '@gantry/core/api'
import { verifyPassword } from 'better-auth/crypto'
import * as z from 'zod'
import type { Access } from '../../access/access.ts'
import type { AccessLedger } from '../../access/access-ledger.ts'
import type { PersonCaller } from '../../access/caller.ts'
import { oneself, open, serverOwner } from '../../access/route-access.ts'
import type { SignInLimit } from '../../access/sign-in-limit.ts'
import type { Environment } from '../../environment.ts'
import { personIn } from '../door.ts'
import type { Api } from '../route.ts'

export interface ProfileRouteParts {
  store: Pick<AccessStore, 'savePerson' | 'person' | 'secondFactor' | 'passwordHash' | 'whoseEmail' | 'sessions'>
  access: Pick<Access, 'newSignInLink'>
  ledger: AccessLedger
  limit: Pick<SignInLimit, 'count'>
  environment: Pick<Environment, 'providers'>
  url(): string
  now(): Date
}

/** How young a sign-in must be that stands in for a password. */
const freshForMs = 10 * 60_000
const tags = ['access']

/** Who one is, and how one signs in. */
export function ownProfileRoutes(app: Api, parts: ProfileRouteParts): void {
  waysRoute(app, parts)
  profileRoutes(app, parts)
  linkRoutes(app, parts)
}

function waysRoute(app: Api, { environment }: ProfileRouteParts): void {
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
}

function profileRoutes(app: Api, parts: ProfileRouteParts): void {
  const { store, ledger } = parts
  app.get(
    '/api/v1/me/profile',
    { access: oneself, schema: { tags, summary: 'Own profile', response: { 200: Profile } } },
    async request => {
      const { account } = personIn(request)
      const { id } = account
      const hasPassword = (await store.passwordHash(id)) !== null
      return { ...account, hasSecondFactor: await store.secondFactor(id), hasPassword }
    },
  )
  app.post(
    '/api/v1/me/profile',
    { access: oneself, schema: { tags, summary: 'Change the own name and e-mail', body: ProfileBody } },
    async request => {
      const caller = personIn(request)
      const { account } = caller
      const { name, password } = request.body
      const email = request.body.email?.toLowerCase() ?? null
      if (account.email !== email) await requireMayChangeEmail(caller, { email, password, address: request.ip }, parts)
      await store.savePerson({ ...account, name, email })
      const evidence = { person: account.id, before: account, after: { name, email } }
      await ledger.write(null, { actor: account.name, action: 'person.changed', subject: name, evidence })
      return {}
    },
  )
}

/** Links that sign somebody in. */
function linkRoutes(app: Api, { store, access, ledger, url }: ProfileRouteParts): void {
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
      const { account, sessionId } = personIn(request)
      const link = await access.newSignInLink(account.id, { madeBySession: sessionId })
      return reply.status(201).send({ url: `${url()}/sign-in?link=${link}` })
    },
  )
  app.post(
    '/api/v1/people/:person/sign-in-link',
    {
      access: serverOwner,
      schema: {
        tags,
        summary:
          'A link that signs in once whoever lost their password: it ends their other sessions and takes the password away',
        params: z.object({ person: z.string() }),
        body: z.strictObject({}),
        response: { 201: z.object({ url: z.string() }) },
      },
    },
    async (request, reply) => {
      const person = await store.person(request.params.person)
      if (!person) throw new GantryError('NOT_FOUND', `nobody on this server has the id ${request.params.person}`)
      const { name: actor, sessionId } = personIn(request)
      const link = await access.newSignInLink(person.id, { madeBySession: sessionId, isForLostPassword: true })
      await ledger.write(null, { actor, action: 'sign-in.link', subject: person.name, evidence: { person: person.id } })
      return reply.status(201).send({ url: `${url()}/sign-in?link=${link}` })
    },
  )
}

interface AskedEmail {
  email: string | null
  password: string | undefined
  address: string
}

/**
 * Nobody proves that an e-mail is theirs, but with it one signs in, and by it git and invitations know one. So it takes the
 * password, or where there is none a sign-in of just now; and none that somebody else has or had.
 * @throws GantryError BAD_REQUEST, EMAIL_TAKEN, PASSWORD_WRONG, SIGN_IN_TOO_OLD, TOO_MANY_SIGN_INS
 */
async function requireMayChangeEmail(
  { account, sessionId }: PersonCaller,
  { email, password, address }: AskedEmail,
  { store, limit, now }: ProfileRouteParts,
): Promise<void> {
  if (email === null)
    throw new GantryError('BAD_REQUEST', 'an e-mail can be changed and not taken away: a password needs it')
  const hash = await store.passwordHash(account.id)
  if (hash !== null) {
    const takeBack = await limit.count({ address, email: account.email })
    if (!password || !(await verifyPassword({ hash, password })))
      throw new GantryError('PASSWORD_WRONG', 'another e-mail takes your present password')
    await takeBack()
  } else if (account.email !== null) {
    const own = (await store.sessions(now().toISOString(), account.id)).find(({ id }) => id === sessionId)
    const isFresh = own?.createdAt && now().getTime() - Date.parse(own.createdAt) <= freshForMs
    if (!isFresh) throw new GantryError('SIGN_IN_TOO_OLD', 'another e-mail takes a sign-in of the last ten minutes')
  }
  const owner = await store.whoseEmail(email)
  if (owner !== null && owner !== account.id)
    throw new GantryError('EMAIL_TAKEN', `somebody else has or had the e-mail ${email}`)
}
