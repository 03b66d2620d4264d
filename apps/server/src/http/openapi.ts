import type { FastifyInstance } from 'fastify'
import { createApp } from './app.ts'
import type { DeclaredRoute } from './declared-routes.ts'
import { installRoutes, type RouteParts } from './routes/index.ts'

/**
 * What `/api/v1/openapi.json` answers, without a server: routes are installed over parts that are never asked, so no
 * database is opened and nothing listens.
 */
export async function describeApi(): Promise<object> {
  return (await unlistening()).swagger()
}

/** What docs/reference/access.md is made from, in the same way. */
export async function describeAccess(): Promise<DeclaredRoute[]> {
  return (await unlistening()).declaredRoutes()
}

async function unlistening(): Promise<FastifyInstance> {
  const app = await createApp({ access: unasked as RouteParts['access'], logLevel: 'silent', names })
  await installRoutes(app, { ...(unasked as RouteParts), ...named, dashboardDist: '' })
  await app.ready()
  return app
}

const names = { publicUrl: null, host: '127.0.0.1', hosts: [] }

/** Every property of it is itself, however deep. */
const unasked: object = new Proxy(() => unasked, { get: (_target, name) => (name === 'then' ? undefined : unasked) })

/** Spreading takes what is listed only; these are the parts whose own parts are taken apart while routes are installed. */
const named = Object.fromEntries(
  ['environment', 'store', 'projects', 'runners', 'home'].map(name => [name, unasked]),
) as Pick<RouteParts, 'environment' | 'store' | 'projects' | 'runners' | 'home'>
