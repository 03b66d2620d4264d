import './instrument.ts'
import { createServer } from 'node:http'
import { createLog, readEnv, serve } from '@sitebuilder/service'
import { Pool } from 'pg'
import { attachLive } from './live.ts'
import { pgPages } from './pg-pages.ts'
import { endReports, report } from './reports.ts'
import { createWeb } from './web.ts'

const env = readEnv(process.env)
const log = createLog({ service: 'runtime' })
const pool = new Pool({
  connectionString: env.databaseUrl,
  max: 3,
  connectionTimeoutMillis: 5_000,
  query_timeout: 10_000,
  application_name: 'sitebuilder-runtime',
})
// A connection that breaks while idle is replaced by the pool; unheard, the event would end the process.
pool.on('error', err => log.warn('database connection lost', { err }))

const pages = pgPages(pool)
const server = createServer(createWeb({ pages, log, report, release: env.release }))
const live = attachLive(server, { pages, log })

await serve(server, {
  ...env,
  log,
  hangUp: () => live.close(),
  stop: () => Promise.all([endReports(), pool.end()]),
})
