import { GantryError } from '@gantry/core'
import * as z from 'zod'
import type { Access } from '../access/access.ts'
import { provenBy } from '../access/route-access.ts'
import type { Api } from './route.ts'
import { keepSession } from './session-cookie.ts'

/** GET /sign-in?link=… exchanges the one-time link for a cookie; POST /api/v1/sign-in takes a token typed by hand. */
export function signInRoutes(app: Api, access: Access): void {
  const byLink = provenBy('sign-in link')
  app.get(
    '/sign-in',
    {
      access: byLink,
      schema: {
        tags: ['access'],
        summary: 'Exchange a one-time link for a session',
        querystring: z.looseObject({ link: z.string().default('') }),
      },
    },
    async (request, reply) => {
      const signedIn = await access.signIn(request.query.link, request.headers['user-agent'] ?? null)
      if (!signedIn) return reply.redirect('/?signed-in=no')
      return keepSession(reply, signedIn.session).redirect('/')
    },
  )
  app.post(
    '/api/v1/sign-in',
    {
      access: byLink,
      schema: {
        tags: ['access'],
        summary: 'Sign in with a link typed by hand',
        body: z.looseObject({ token: z.string().default('') }),
      },
    },
    async (request, reply) => {
      const link = request.body.token.replace(/^.*[?&]link=/, '')
      const signedIn = await access.signIn(link, request.headers['user-agent'] ?? null)
      if (!signedIn) throw new GantryError('UNAUTHENTICATED', 'this link was used already, or is more than an hour old')
      return keepSession(reply, signedIn.session).send({ person: signedIn.person })
    },
  )
}
