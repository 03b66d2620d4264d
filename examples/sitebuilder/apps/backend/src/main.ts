import './instrument.ts'
import { createServer } from 'node:http'
import { createLog, readEnv, serve } from '@sitebuilder/service'
import { Pool } from 'pg'
import { createApi } from './api.ts'
import { pgSites } from './pg-sites.ts'
import { endReports, report } from './reports.ts'

const env = readEnv(process.env)
const log = createLog({ service: 'backend' })
const pool = new Pool({
  connectionString: env.databaseUrl,
  max: 3,
  connectionTimeoutMillis: 5_000,
  query_timeout: 10_000,
  application_name: 'sitebuilder-backend',
})
// A connection that breaks while idle is replaced by the pool; unheard, the event would end the process.
pool.on('error', err => log.warn('database connection lost', { err }))

const api = createApi({
  sites: pgSites(pool, env.release),
  log,
  report,
  release: env.release,
})

await serve(createServer(api), {
  ...env,
  log,
  stop: () => Promise.all([endReports(), pool.end()]),
})
