import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { open } from '../access/route-access.ts'
import { nothingThere } from './errors.ts'

/** Serves the built dashboard. Every page address answers index.html; a missing asset stays a 404. */
export async function dashboardRoutes(app: FastifyInstance, dist: string): Promise<void> {
  const isBuilt = existsSync(join(dist, 'index.html'))
  app.setNotFoundHandler((request, reply) => {
    if (!isBuilt || !isPage(request)) return nothingThere(request, reply)
    return reply.header('cache-control', 'no-cache').type('text/html').sendFile('index.html')
  })
  if (!isBuilt) return
  const access = open('the pages are the same for everybody; what they show they ask for')
  let isOfPages = true
  // Other routes may be added while the files are read: what says who may call it keeps its word.
  app.addHook('onRoute', route => {
    if (isOfPages && !route.config?.access && !route.url.startsWith('/api/')) route.config = { ...route.config, access }
  })
  await app.register(fastifyStatic, {
    root: dist,
    wildcard: false,
    index: false,
    // Packed by the build. What is answered varies by what the browser takes, and has an ETag for each packing.
    preCompressed: true,
    globIgnore: ['**/*.br', '**/*.gz'],
    setHeaders: (reply, path) => {
      reply.header('cache-control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  isOfPages = false
}

/** An address a person may have typed or kept: neither API nor a file. */
function isPage({ method, url }: FastifyRequest): boolean {
  const path = url.split('?')[0] ?? '/'
  return method === 'GET' && !path.startsWith('/api/') && !path.startsWith('/assets/') && !/\.\w+$/.test(path)
}
