import { astroSite } from './astro-site.ts'
import type { DeployedShape } from './deployed-shape.ts'
import { nextFastifySupabase } from './next-fastify-supabase.ts'
import { remixFlyDrizzle } from './remix-fly-drizzle.ts'
import { singleApp } from './single-app.ts'
import { turborepoThreeApps } from './turborepo-three-apps.ts'
import { viteExpressRenderPrisma } from './vite-express-render-prisma.ts'

export type { DeployedShape } from './deployed-shape.ts'

/** Repositories that `gantry init` is tried on as far as a release that is live: in each run on paper, every night for real. */
export const deployedShapes: readonly DeployedShape[] = [
  ...[nextFastifySupabase, viteExpressRenderPrisma, remixFlyDrizzle],
  ...[astroSite, turborepoThreeApps, singleApp],
]
