import { GantryError } from '@gantry/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import * as z from 'zod'
import type { Access } from '../access/access.ts'
import type { AccessLedger } from '../access/access-ledger.ts'
import { oneself, provenBy } from '../access/route-access.ts'
import { addressHeader, authPath } from '../sign-in/engine.ts'
import type { SignIns } from '../sign-in/sign-ins.ts'
import { callerOf, personIn } from './door.ts'
import type { OwnAddresses } from './own-addresses.ts'
import type { Api } from './route.ts'
import { forgetSession } from './session-cookie.ts'
import { signInPage } from './sign-in-page.ts'
import type { SignInWatch } from './sign-in-watch.ts'

export interface SignInParts {
  access: Pick<Access, 'lookAtLink' | 'callerOf' | 'endSession'>
  signIns: SignIns
  watch: SignInWatch
  ledger: AccessLedger
  addresses: OwnAddresses
}

const byLink = provenBy('sign-in link')
const tags = ['access']
const text = z.string().max(2_000).default('')

/**
 * GET /sign-in?link=… shows a button and uses nothing, and leads to the dashboard without a link; its form exchanges the link for a
 * cookie. POST /api/v1/sign-in takes a link that was pasted.
 */
export function signInRoutes(api: Api, parts: SignInParts): void {
  const { access, ledger } = parts
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
        // Whoever typed the address wants to sign in: that page is the dashboard's.
        if (link === '') return reply.redirect('/', 303)
        const kind = await access.lookAtLink(link)
        const caller = kind === 'good' ? null : await callerOf(request, access, null)
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
      const person = await signedIn(request, reply, link, parts)
      if (person) return reply.send({ person })
      throw new GantryError('UNAUTHENTICATED', refusals[await access.lookAtLink(link)])
    },
  )
  api.post(
    '/api/v1/sign-out',
    { access: oneself, schema: { tags, summary: 'End the session that asks', body: z.strictObject({}) } },
    async (request, reply) => {
      const { sessionId, name } = personIn(request)
      await access.endSession(sessionId)
      await ledger.write(null, { actor: name, action: 'session.ended', subject: name, evidence: { id: sessionId } })
      ledger.accessChanged(sessionId)
      return forgetSession(reply).send({})
    },
  )
}

const refusals = {
  used: 'this link was used already; `gantry sign-in` prints another one',
  good: 'this link was used already; `gantry sign-in` prints another one',
  old: 'this link is more than an hour old; `gantry sign-in` prints another one',
  void: 'whoever made this link has signed out since; `gantry sign-in` prints another one',
  unknown: 'this is no sign-in link of this server; `gantry sign-in` prints one',
}

/** Null when the link does not work. @throws GantryError FORBIDDEN, TOO_MANY_SIGN_INS */
async function signedIn(request: FastifyRequest, reply: FastifyReply, link: string, parts: SignInParts) {
  const { signIns, watch, addresses, ledger } = parts
  addresses.requireOwnOrigin(request)
  const path = '/sign-in/link'
  const tried = await watch.count(path, request)
  const headers = { 'content-type': 'application/json', [addressHeader]: request.ip, ...agentOf(request) }
  const body = JSON.stringify({ link })
  const asked = new Request(`${addresses.originOf(request)}${authPath}${path}`, { method: 'POST', headers, body })
  const answered = await signIns.handle(asked)
  await tried.answered(answered)
  if (!answered.ok) return null
  for (const cookie of answered.headers.getSetCookie()) reply.header('set-cookie', cookie)
  const { isPasswordGone, ...person } = SignedInByLink.parse(await answered.json())
  if (isPasswordGone) {
    const subject = 'a lost password was taken away'
    await ledger.write(null, { actor: person.name, action: 'sign-in.changed', subject })
    ledger.accessChanged(person.id)
  }
  return person
}

const SignedInByLink = z.object({ id: z.string(), name: z.string(), isPasswordGone: z.boolean() })

const agentOf = ({ headers }: FastifyRequest): Record<string, string> =>
  headers['user-agent'] === undefined ? {} : { 'user-agent': headers['user-agent'].slice(0, 300) }

const shown = (reply: FastifyReply): FastifyReply =>
  reply.type('text/html; charset=utf-8').header('cache-control', 'no-store')
