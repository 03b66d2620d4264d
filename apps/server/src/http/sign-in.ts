import { GantryError } from '@gantry/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import * as z from 'zod'
import type { Access } from '../access/access.ts'
import { peopleOnly, provenBy } from '../access/route-access.ts'
import type { SignInLimit } from '../access/sign-in-limit.ts'
import { callerOf } from './door.ts'
import type { OwnAddresses } from './own-addresses.ts'
import type { Api } from './route.ts'
import { forgetSession, keepSession, sessionOf } from './session-cookie.ts'
import { signInPage } from './sign-in-page.ts'

export interface SignInParts {
  access: Access
  limit: SignInLimit
  addresses: OwnAddresses
}

const byLink = provenBy('sign-in link')
const tags = ['access']
const text = z.string().max(2_000).default('')

/**
 * GET /sign-in?link=… shows a button and uses nothing; its form exchanges the link for a cookie. POST /api/v1/sign-in takes a
 * link that was pasted.
 */
export function signInRoutes(api: Api, parts: SignInParts): void {
  const { access } = parts
  api.scope((app, scope) => {
    scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
      done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    )
    app.get(
      '/sign-in',
      {
        access: byLink,
        schema: { tags, summary: 'The page of a one-time link', querystring: z.looseObject({ link: text }) },
      },
      async (request, reply) => {
        const { link } = request.query
        const kind = await access.lookAtLink(link)
        const caller = kind === 'good' ? null : await callerOf(request, access)
        return shown(reply).send(signInPage(kind === 'good' ? { kind, link } : { kind }, caller?.name ?? null))
      },
    )
    app.post(
      '/sign-in',
      {
        access: byLink,
        schema: { tags, summary: 'Exchange a one-time link for a session', body: z.looseObject({ link: text }) },
      },
      async (request, reply) => {
        const { link } = request.body
        const session = await signedIn(request, reply, link, parts).catch(cause => {
          if (cause instanceof GantryError && cause.code === 'TOO_MANY_SIGN_INS') return cause
          throw cause
        })
        if (session instanceof GantryError)
          return shown(reply.status(429)).send(signInPage({ kind: 'refused', message: session.message }, null))
        if (session) return reply.redirect('/', 303)
        const kind = await access.lookAtLink(link)
        return shown(reply.status(401)).send(signInPage({ kind: kind === 'good' ? 'used' : kind }, null))
      },
    )
  })
  api.post(
    '/api/v1/sign-in',
    {
      access: byLink,
      schema: { tags, summary: 'Sign in with a link typed by hand', body: z.looseObject({ token: text }) },
    },
    async (request, reply) => {
      const link = request.body.token.trim().replace(/^.*[?&]link=/, '')
      const session = await signedIn(request, reply, link, parts)
      if (session) return reply.send({ person: session.person })
      throw new GantryError('UNAUTHENTICATED', refusals[await access.lookAtLink(link)])
    },
  )
  api.post(
    '/api/v1/sign-out',
    { access: peopleOnly('viewer'), schema: { tags, summary: 'End the session that asks', body: z.strictObject({}) } },
    async (request, reply) => {
      const session = sessionOf(request)
      if (!session) throw new GantryError('BAD_REQUEST', 'a token is revoked, not signed out')
      await access.signOut(session)
      return forgetSession(reply).send({})
    },
  )
}

const refusals = {
  used: 'this link was used already; `gantry sign-in` prints another one',
  good: 'this link was used already; `gantry sign-in` prints another one',
  old: 'this link is more than an hour old; `gantry sign-in` prints another one',
  unknown: 'this is no sign-in link of this server; `gantry sign-in` prints one',
}

/** Null when the link does not work. @throws GantryError FORBIDDEN, TOO_MANY_SIGN_INS */
async function signedIn(request: FastifyRequest, reply: FastifyReply, link: string, parts: SignInParts) {
  const { access, limit, addresses } = parts
  addresses.requireOwnOrigin(request)
  const takeBack = await limit.count(request.ip)
  const signedIn = await access.signIn(link, request.headers['user-agent'] ?? null)
  if (!signedIn) return null
  await takeBack()
  keepSession(reply, signedIn.session, addresses.isSecure(request))
  return signedIn
}

const shown = (reply: FastifyReply): FastifyReply =>
  reply.type('text/html; charset=utf-8').header('cache-control', 'no-store')
