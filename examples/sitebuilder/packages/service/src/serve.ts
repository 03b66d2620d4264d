import { once } from 'node:events'
import type { Server } from 'node:http'
import type { Log } from './log.ts'

type Settings = {
  host: string
  port: number
  log: Log
  /** Ends connections that would last for ever, such as WebSockets; runs while requests in flight finish. */
  hangUp?: () => Promise<unknown>
  /** What else must end before the process does: reports still in flight, the pool. */
  stop: () => Promise<unknown>
  /** How long requests in flight may take once the process is told to stop. */
  drainMs?: number
}

/** Listens until SIGTERM or SIGINT, then lets the work in flight finish and exits with 0. */
export async function serve(server: Server, settings: Settings): Promise<void> {
  const { host, port, log, hangUp, stop, drainMs = 10_000 } = settings
  // Longer than a proxy keeps its side open, so that it is never the server that closes a connection just chosen.
  server.keepAliveTimeout = 65_000
  server.listen(port, host)
  await once(server, 'listening')
  log.info('listening', { host, port })

  const end = async (signal: NodeJS.Signals) => {
    log.info('stopping', { signal })
    const [drained] = await Promise.all([drain(server, drainMs), hangUp?.()])
    await stop()
    log.info('stopped', { signal, drained })
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void end(signal))
}

/**
 * Stops accepting, closes idle keep-alive connections, waits for requests in flight.
 * Returns false when some had to be cut at the deadline.
 */
export async function drain(server: Server, deadlineMs: number): Promise<boolean> {
  const closed = once(server, 'close')
  let inTime = true
  server.close()
  // A busy connection turns idle when its answer is out; `close()` only looked once.
  const sweep = setInterval(() => server.closeIdleConnections(), 20)
  const deadline = setTimeout(() => {
    inTime = false
    server.closeAllConnections()
  }, deadlineMs)
  await closed
  clearInterval(sweep)
  clearTimeout(deadline)
  return inTime
}
