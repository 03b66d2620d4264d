import { createServer } from 'node:net'

/** Below the range systems give to outgoing connections: one of those could take the port before it is listened at, or while it rests. */
const range = { first: 20_000, last: 32_000 }

/** A port where nobody listens now, one of so many that two who ask at once hardly get the same. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = range.first + Math.floor(Math.random() * (range.last - range.first))
    if (await canListen(port)) return port
  }
}

/** The first of so many in a row, of a range of their own. */
export async function freePorts(count: number): Promise<number> {
  for (;;) {
    const first = 10_000 + Math.floor(Math.random() * 900) * 10
    const all = await Promise.all(Array.from({ length: count }, (_, n) => canListen(first + n)))
    if (all.every(Boolean)) return first
  }
}

function canListen(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise(done => {
    server.once('error', () => done(false))
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => done(true)))
  })
}
