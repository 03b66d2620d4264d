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

function canListen(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise(done => {
    server.once('error', () => done(false))
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => done(true)))
  })
}
