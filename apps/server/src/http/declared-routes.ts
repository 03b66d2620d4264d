import type { FastifyInstance } from 'fastify'
import type { RouteAccess } from '../access/route-access.ts'

export interface DeclaredRoute {
  method: string
  url: string
  access: RouteAccess
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route of this server; whole once it is ready. */
    declaredRoutes(): DeclaredRoute[]
  }
}

/** Notes every route, and lets no server start with one that does not say who may call it. */
export function installRouteList(app: FastifyInstance): void {
  const routes: { method: string; url: string; access(): RouteAccess | undefined }[] = []
  app.addHook('onRoute', route => {
    for (const method of [route.method].flat())
      routes.push({ method, url: route.url, access: () => route.config?.access })
  })
  const declared = () =>
    routes.map(({ method, url, access: said }) => {
      const access = said()
      if (access) return { method, url, access }
      throw new Error(`${method} ${url} does not declare who may call it`)
    })
  app.decorate('declaredRoutes', declared)
  app.addHook('onReady', async () => void declared())
}
