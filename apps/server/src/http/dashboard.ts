import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import { GantryError } from '@gantry/core'
import type { FastifyInstance } from 'fastify'

const policy =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; connect-src 'self'; worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

/** Serves the built dashboard. Every page address answers index.html; a missing asset stays a 404. */
export async function dashboardRoutes(app: FastifyInstance, dist: string): Promise<void> {
  app.addHook('onSend', async (_request, reply, payload) => {
    reply.header('content-security-policy', policy)
    reply.header('x-content-type-options', 'nosniff')
    reply.header('referrer-policy', 'same-origin')
    return payload
  })
  if (!existsSync(join(dist, 'index.html'))) return
  await app.register(fastifyStatic, {
    root: dist,
    wildcard: false,
    index: false,
    setHeaders: (reply, path) => {
      reply.header('cache-control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '/'
    const isPage =
      request.method === 'GET' && !path.startsWith('/api/') && !path.startsWith('/assets/') && !/\.\w+$/.test(path)
    if (isPage) return reply.header('cache-control', 'no-cache').type('text/html').sendFile('index.html')
    const error = new GantryError('NOT_FOUND', `nothing answers ${request.method} ${path}`)
    return reply.status(404).send({ error: { ...error.toJSON(), requestId: request.id } })
  })
}
