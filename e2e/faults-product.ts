import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { tinyProduct } from '../apps/server/src/testing/tiny-product.ts'
import { checksPassed } from '../bench/sample-line.ts'
import type { RunningGantry } from '../tools/running-gantry.ts'

const config = `import { defineConfig, errorRate, http, local, pagerduty, slack } from '@gantry/config'
export default defineConfig({
  project: 'tiny',
  services: {
    database: { path: 'supabase', deploy: local({ kind: 'postgres', migrations: 'supabase/migrations' }) },
    backend: {
      path: '.', artifact: 'app', health: '/healthz', needs: ['database'],
      deploy: local({ kind: 'node', entry: 'server.mjs' }),
    },
  },
  environments: { staging: { on: 'main' }, production: { from: 'staging', approvals: 1 } },
  monitors: { backend: http({ service: 'backend', path: '/healthz' }, { every: '1s' }) },
  alerts: { 'error-spike': errorRate({ over: '5m', above: '3x' }) },
  routes: [{ severity: 'critical', to: [pagerduty(), slack('#ops')] }],
})
`

/** Ready two seconds after it began: a deployment lasts long enough to be hit. */
const server = `import { createServer } from 'node:http'
setTimeout(() => {
  createServer((request, response) => response.end('ok')).listen(Number(process.env.PORT), process.env.HOST)
}, 2_000)
process.on('SIGTERM', () => process.exit(0))
`

/** What is killed in the fault tests: a database and a service on it, which take seconds where the sample takes minutes. */
export interface FaultsProduct {
  /** One more commit, with a migration of its own, on main once its checks are green. Answers its SHA. */
  push(): Promise<string>
  remove(): Promise<void>
}

export const project = 'tiny'

export async function faultsProduct(gantry: RunningGantry): Promise<FaultsProduct> {
  const product = await tinyProduct(join(gantry.home, 'projects', project, 'repository.git'))
  await product.write('gantry.config.ts', config)
  await product.write('app/server.mjs', server)
  let pushed = 0
  return {
    async push() {
      pushed += 1
      const migration = `create table public.kept_${pushed} (id bigint primary key);\n`
      await product.write(`supabase/migrations/2026110210000${pushed}_kept.sql`, migration)
      const sha = await product.commit(`Keep more, part ${pushed}`)
      await product.git('push', 'gantry', `HEAD:refs/heads/part-${pushed}`)
      await checksPassed(gantry, sha, project)
      await product.git('push', 'gantry', 'HEAD:main')
      return sha
    },
    remove: () => rm(product.dir, { recursive: true, force: true }),
  }
}
