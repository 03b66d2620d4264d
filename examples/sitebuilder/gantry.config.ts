import {
  ciGreen,
  defineConfig,
  down,
  e2eGreen,
  errorRate,
  http,
  local,
  migrationsSafe,
  noNewIssues,
  pagerduty,
  slack,
} from '@gantry/config'

/** What a page may know about its environment. Gantry serves it as /env.js; the bundle itself is never rebuilt. */
const publicEnv = ['SENTRY_DSN', 'SENTRY_ENVIRONMENT', 'SENTRY_RELEASE', 'BUILDER_URL', 'RUNTIME_URL']

export default defineConfig({
  project: 'sitebuilder',
  services: {
    database: {
      path: 'supabase',
      deploy: local({ kind: 'postgres', migrations: 'supabase/migrations' }),
    },
    backend: {
      path: 'apps/backend',
      artifact: 'apps/backend/dist',
      health: '/healthz',
      needs: ['database'],
      deploy: local({ kind: 'node', entry: 'server.mjs' }),
    },
    runtime: {
      path: 'apps/runtime',
      artifact: 'apps/runtime/dist',
      health: '/healthz',
      needs: ['database'],
      deploy: local({ kind: 'node', entry: 'server.mjs' }),
    },
    builder: {
      path: 'apps/builder',
      artifact: 'apps/builder/dist',
      health: '/',
      needs: ['backend'],
      deploy: local({ kind: 'static', rewrites: { '/api/*': 'backend' }, publicEnv }),
    },
    marketing: {
      path: 'apps/marketing',
      artifact: 'apps/marketing/dist',
      health: '/',
      deploy: local({ kind: 'static', publicEnv }),
    },
  },
  environments: {
    staging: { on: 'main' },
    production: {
      from: 'staging',
      approvals: 1,
      gates: [ciGreen(), e2eGreen(), migrationsSafe(), noNewIssues()],
    },
  },
  monitors: {
    marketing: http({ service: 'marketing' }, { every: '5s' }),
    builder: http({ service: 'builder' }, { every: '5s' }),
    backend: http({ service: 'backend', path: '/healthz' }, { every: '5s' }),
    runtime: http({ service: 'runtime', path: '/healthz' }, { every: '5s' }),
  },
  alerts: {
    'error-spike': errorRate({ over: '5m', above: '3x' }),
    'site-down': down('runtime', { for: '10s' }),
    'api-down': down('backend', { for: '10s' }),
    'builder-down': down('builder', { for: '30s' }),
    'front-door-down': down('marketing', { for: '30s', severity: 'warning' }),
  },
  routes: [{ severity: 'critical', to: [pagerduty(), slack('#ops')] }, { to: [slack('#dev')] }],
})
