import { join } from 'node:path'
import { type Checkout, checkoutAround } from '../apps/cli/src/server/checkout.ts'
import { buildDashboard, isStale } from '../apps/cli/src/server/dashboard-build.ts'
import { root } from './command.ts'

/**
 * Builds the dashboard of this checkout unless it is there and newer than its sources. A server looks for it when it starts,
 * so whoever opens its pages calls this before: a fresh clone has none. @throws Error with what Vite said
 */
export async function requireDashboard(
  checkout: Checkout = checkoutAround(join(root, 'apps/cli/src/main.ts')),
): Promise<void> {
  if (!(await isStale(checkout))) return
  console.error('building the dashboard …')
  const fault = await buildDashboard(checkout, process.env)
  if (fault !== null) throw new Error(`the dashboard does not build:\n${fault}`)
}
