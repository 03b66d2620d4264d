import { parseCookies } from 'better-auth/cookies'
import type { FastifyReply, FastifyRequest } from 'fastify'

export const sessionCookie = 'gantry_session'
const invitationCookie = 'gantry_invitation'
const invitationLifeS = 3600
const cookie = { path: '/', httpOnly: true, sameSite: 'lax' } as const

/** The secret of the session. What stands behind the dot is better-auth's signature of it, which it checks itself. */
export const sessionOf = (request: FastifyRequest): string | undefined => request.cookies[sessionCookie]?.split('.')[0]

export const forgetSession = (reply: FastifyReply): FastifyReply => reply.clearCookie(sessionCookie, cookie)

/** What of an invitation's link the browser keeps while its person makes an account. */
export const invitationIn = (text: string): string | undefined => parseCookies(text).get(invitationCookie)

export const forgetInvitation = (reply: FastifyReply): FastifyReply => reply.clearCookie(invitationCookie, cookie)

export function keepInvitation(reply: FastifyReply, secret: string, isSecure: boolean): FastifyReply {
  return reply.setCookie(invitationCookie, secret, { ...cookie, secure: isSecure, maxAge: invitationLifeS })
}
