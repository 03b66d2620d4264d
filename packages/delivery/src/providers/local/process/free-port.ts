import { createServer } from 'node:net'

/** Below the range systems give to outgoing connections, so that nobody takes the port by chance meanwhile. */
const range = { first: 20_000, last: 32_000 }
const given = new Set<number>()

/** A port nobody listens on, not given out by this process before. Give it back with `returnPort`. */
export async function freePort(host: string, random: () => number = Math.random): Promise<number> {
  for (;;) {
    const port = range.first + Math.floor(random() * (range.last - range.first))
    if (given.has(port)) continue
    given.add(port)
    if (await canListen(host, port)) return port
    given.delete(port)
  }
}

export const returnPort = (port: number): void => void given.delete(port)

function canListen(host: string, port: number): Promise<boolean> {
  const server = createServer()
  return new Promise(resolve => {
    server.once('error', () => resolve(false))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)))
  })
}
