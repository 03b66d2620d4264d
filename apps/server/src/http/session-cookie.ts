import type { FastifyReply, FastifyRequest } from 'fastify'
import { sessionLifeMs } from '../access/access.ts'

const name = 'gantry_session'
const cookie = { path: '/', httpOnly: true, sameSite: 'lax' } as const

export const sessionOf = (request: FastifyRequest): string | undefined => request.cookies[name]

export function keepSession(reply: FastifyReply, session: string, isSecure: boolean): FastifyReply {
  return reply.setCookie(name, session, { ...cookie, secure: isSecure, maxAge: sessionLifeMs / 1000 })
}

export const forgetSession = (reply: FastifyReply): FastifyReply => reply.clearCookie(name, cookie)
