import {
  ciGreen,
  defineConfig,
  down,
  e2eGreen,
  errorRate,
  fly,
  http,
  migrationsSafe,
  pagerduty,
  slack,
  supabase,
  vercel,
} from '@gantry/config'

/** Gantry under Gantry's care: shipped by its own providers. A fork names its own apps and projects here. */
export default defineConfig({
  project: 'gantry',
  services: {
    database: { path: 'supabase', deploy: supabase() },
    server: {
      path: 'apps/server',
      health: '/healthz',
      needs: ['database'],
      // A machine holds the volume with its data, so it is replaced in its place.
      deploy: fly({
        app: 'gantry-{environment}',
        config: 'deploy/fly.toml',
        context: '.',
        strategy: 'rolling',
        secrets: ['DATABASE_URL'],
      }),
    },
    dashboard: {
      path: 'apps/dashboard',
      artifact: 'apps/dashboard/dist',
      health: '/',
      needs: ['server'],
      // The API stays on the origin of the pages, so that the session cookie is first-party.
      deploy: vercel({
        project: 'gantry-dashboard-{environment}',
        static: { spa: true, rewrites: { '/api/*': 'server', '/sign-in': 'server', '/healthz': 'server' } },
      }),
    },
  },
  environments: {
    staging: { on: 'main' },
    production: { from: 'staging', approvals: 1, gates: [ciGreen(), e2eGreen(), migrationsSafe()] },
  },
  coverage: { lines: 80, branches: 80, packages: { 'packages/core': { lines: 95, branches: 95 } } },
  monitors: {
    server: http({ service: 'server', path: '/healthz' }, { every: '30s' }),
    dashboard: http({ service: 'dashboard' }, { every: '30s' }),
  },
  alerts: {
    'error-spike': errorRate({ over: '5m', above: '3x' }),
    'server-down': down('server', { for: '1m' }),
    'dashboard-down': down('dashboard', { for: '1m' }),
  },
  routes: [{ severity: 'critical', to: [pagerduty(), slack('#ops')] }, { to: [slack('#dev')] }],
})
