import type { FastifyInstance } from 'fastify'
import { isForPrograms, needsCaller } from '../access/route-access.ts'
import type { OwnAddresses } from './own-addresses.ts'

const policy =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; connect-src 'self'; worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

const forAll = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // Not no-referrer: forms of our own pages would then send no origin either.
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
}

/** What tells a browser to do less with an answer than it could. A route that says otherwise is left its word. */
export function installSecurityHeaders(app: FastifyInstance, { isSecure }: OwnAddresses): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    const access = request.routeOptions.config?.access
    // Read by programs, thousands of times a second, and from pages of everywhere.
    if (isForPrograms(access)) return done(null, payload)
    for (const [name, value] of Object.entries(forAll)) if (!reply.hasHeader(name)) reply.header(name, value)
    if (isSecure(request)) reply.header('strict-transport-security', 'max-age=31536000')
    if (needsCaller(access) && !reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
    done(null, payload)
  })
}
