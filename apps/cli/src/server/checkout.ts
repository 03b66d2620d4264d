import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { CalledWrongly } from '../command/called-wrongly.ts'

/** Where the parts of a checkout of Gantry lie. */
export interface Checkout {
  server: string
  dashboard: string
  /** Folders the dashboard is built from. */
  dashboardSources: string[]
}

/**
 * The checkout this command is part of, looked for upwards from its own file.
 * @throws CalledWrongly when it was installed by itself: it comes without the server
 */
export function checkoutAround(file: string): Checkout {
  const published = partsBeside(dirname(file))
  if (published) return published
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const server = join(folder, 'apps', 'server', 'src', 'main.ts')
    if (existsSync(server)) return partsOf(folder, server)
    if (folder === dirname(folder)) break
  }
  throw new CalledWrongly(
    `expected the server beside this command (${file}), got none`,
    'In a clone of Gantry, type `npx pnpm@12 start`.',
  )
}

/** In the published command everything lies in one folder, and the dashboard comes built. */
function partsBeside(folder: string): Checkout | null {
  const server = join(folder, 'server.mjs')
  return existsSync(server) ? { server, dashboard: join(folder, 'dashboard'), dashboardSources: [] } : null
}

function partsOf(root: string, server: string): Checkout {
  const dashboard = join(root, 'apps', 'dashboard')
  const own = ['src', 'public', 'index.html', 'vite.config.ts', 'package.json'].map(name => join(dashboard, name))
  return { server, dashboard, dashboardSources: [...own, join(root, 'packages', 'core', 'src')] }
}
