import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { SignIns } from '../sign-in/sign-ins.ts'

/**
 * Browsers that signed in with an e-mail and its password before. Their tries are counted apart, so that a stranger who guesses
 * all day locks nobody out: https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
 */
export interface KnownBrowsers {
  /** What this browser is known by for that e-mail; null when it is not. */
  nameOf(request: FastifyRequest, email: string): string | null
  remember(reply: FastifyReply, email: string, isSecure: boolean): void
}

const knownCookie = 'gantry_known'
const knownForS = 365 * 86_400

export function createKnownBrowsers(signIns: Pick<SignIns, 'seal'>): KnownBrowsers {
  const sealed = (name: string, email: string) => signIns.seal(`known browser ${name} ${email.toLowerCase()}`)
  return {
    nameOf(request, email) {
      const [name = '', proof = ''] = request.cookies[knownCookie]?.split('.') ?? []
      const expected = Buffer.from(sealed(name, email))
      const given = Buffer.from(proof)
      return given.length === expected.length && timingSafeEqual(given, expected) ? name : null
    },
    remember(reply, email, isSecure) {
      const name = randomBytes(12).toString('base64url')
      const settings = { path: '/', httpOnly: true, sameSite: 'lax', secure: isSecure, maxAge: knownForS } as const
      reply.setCookie(knownCookie, `${name}.${sealed(name, email)}`, settings)
    },
  }
}
