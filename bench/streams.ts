import { fork } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { Benchmark } from './row.ts'

const readers = 60
const events = 300_000

/** What readers of the live stream cost that open it and never read. */
export const benchmark: Benchmark = {
  name: 'streams',
  async measure() {
    const server = fork(new URL('./stream-server.ts', import.meta.url), { execArgv: ['--expose-gc'] })
    const [url] = (await once(server, 'message')) as [string]
    const alone = await told(server)
    const stuck = await Promise.all(Array.from({ length: readers }, () => stuckReader(url)))
    const beside = await told(server)
    for (const socket of stuck) socket.destroy()
    server.kill()
    const what = `${beside.readers} readers that never read, ${events} events`
    const row = (of: string, bytes: number, mostMegabytes: number) => ({
      what: `${of}: ${what}`,
      measured: `${(bytes / 1024 / 1024).toFixed(0)} MB`,
      target: `< ${mostMegabytes} MB`,
      isMet: beside.readers === readers && bytes < mostMegabytes * 1024 * 1024,
    })
    return [row('kept', beside.kept - alone.kept, 50), row('resident', beside.rss - alone.rss, 250)]
  },
}

interface Told {
  rss: number
  /** After a collection. */
  kept: number
  readers: number
}

async function told(server: ReturnType<typeof fork>): Promise<Told> {
  server.send(events)
  const [answer] = (await once(server, 'message')) as [Told]
  return answer
}

async function stuckReader(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  await once(socket, 'connect')
  socket.write('GET /api/v1/stream HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer any\r\n\r\n')
  await once(socket, 'readable')
  return socket
}
