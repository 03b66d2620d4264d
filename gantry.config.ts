import { ciGreen, defineConfig, down, errorRate, http, local, migrationsSafe, pagerduty, slack } from '@gantry/config'

/**
 * Gantry under Gantry's care: `ci.yml` must be green before `main` moves, and what can run on one machine is described.
 * The server is not listed: it is shipped as an image by deploy/server.sh, and the `local` provider starts built folders.
 */
export default defineConfig({
  project: 'gantry',
  services: {
    database: {
      path: 'supabase',
      deploy: local({ kind: 'postgres', migrations: 'supabase/migrations' }),
    },
    dashboard: {
      path: 'apps/dashboard',
      artifact: 'apps/dashboard/dist',
      health: '/',
      deploy: local({ kind: 'static', spa: true }),
    },
  },
  environments: {
    staging: { on: 'main' },
    production: { from: 'staging', approvals: 1, gates: [ciGreen(), migrationsSafe()] },
  },
  coverage: { lines: 80, branches: 80, packages: { 'packages/core': { lines: 95, branches: 95 } } },
  monitors: { dashboard: http({ service: 'dashboard' }, { every: '30s' }) },
  alerts: {
    'error-spike': errorRate({ over: '5m', above: '3x' }),
    'dashboard-down': down('dashboard', { for: '1m' }),
  },
  routes: [{ severity: 'critical', to: [pagerduty(), slack('#ops')] }, { to: [slack('#dev')] }],
})
