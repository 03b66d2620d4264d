// Run by node as a process of its own for each release of a static service.
import { Agent, createServer } from 'node:http'
import { readStaticFiles } from './static-files.ts'
import { StaticSettings, staticHandler } from './static-handler.ts'

const settings = StaticSettings.parse(JSON.parse(process.argv[2] ?? '{}'))
const agent = new Agent({ keepAlive: true, timeout: 4_000 })
const server = createServer(staticHandler(await readStaticFiles(settings.root), settings, agent))
server.keepAliveTimeout = 65_000
server.listen({ host: process.env['HOST'] ?? '127.0.0.1', port: Number(process.env['PORT']) })

const stop = () => {
  server.close(() => process.exit(0))
  server.closeIdleConnections()
  // A request that takes longer is cut: a page can be loaded again.
  setTimeout(() => process.exit(0), 3_000).unref()
  agent.destroy()
}
process.once('SIGTERM', stop)
process.once('disconnect', () => process.exit(0))
process.stdout.on('error', () => {})
process.stderr.on('error', () => {})
