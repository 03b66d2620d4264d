import { createConnection, createServer, type Socket } from 'node:net'

export interface Balancer {
  url: string
  stop(): Promise<void>
}

/** What stands in front of several servers: hands each connection to the next one that takes it, and cuts it when none does. */
export async function startBalancer(ports: readonly number[]): Promise<Balancer> {
  let turn = 0
  const open = new Set<Socket>()
  const server = createServer({ pauseOnConnect: true }, client => {
    open.add(client)
    client.on('close', () => open.delete(client)).on('error', () => undefined)
    const first = turn++
    connectTo(client, [...ports.slice(first % ports.length), ...ports.slice(0, first % ports.length)])
  })
  const port = await new Promise<number>(done =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      done(address && typeof address === 'object' ? address.port : 0)
    }),
  )
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise(done => {
        for (const client of open) client.destroy()
        server.close(() => done())
      }),
  }
}

function connectTo(client: Socket, [port, ...others]: number[]): void {
  if (port === undefined) {
    client.destroy()
    return
  }
  const server = createConnection({ host: '127.0.0.1', port })
  const refused = () => connectTo(client, others)
  server.once('error', refused)
  server.once('connect', () => {
    server.off('error', refused)
    server.on('error', () => client.destroy()).on('close', () => client.destroy())
    client.on('close', () => server.destroy())
    client.pipe(server).pipe(client)
    client.resume()
  })
}
