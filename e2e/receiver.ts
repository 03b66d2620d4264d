import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/** One request as it arrived, and how it was answered. */
export interface Received {
  at: string
  path: string
  body: Record<string, unknown>
  answered: number
}

export interface Receiver {
  url: string
  stop(): Promise<void>
}

/**
 * Stands in for Slack and PagerDuty, and behaves as badly as they may: each path first fails with 500, then is slow,
 * then cuts a connection after it took the message, then works. GET /received tells what came.
 */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    if (request.method === 'GET') return response.end(JSON.stringify(received))
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const path = request.url ?? '/'
    const earlier = received.filter(one => one.path === path).length
    const mood = ['fails', 'slow', 'cuts'][earlier] ?? 'works'
    const answered = mood === 'fails' ? 500 : mood === 'cuts' ? 0 : 202
    received.push({
      at: new Date().toISOString(),
      path,
      body: JSON.parse(Buffer.concat(chunks).toString() || '{}'),
      answered,
    })
    if (mood === 'slow') await sleep(1_500)
    if (mood === 'cuts') return request.socket.destroy()
    return response.writeHead(answered, { 'content-type': 'application/json' }).end('{"status":"success"}')
  })
  const url = await new Promise<string>(done =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      done(`http://127.0.0.1:${address && typeof address === 'object' ? address.port : 0}`)
    }),
  )
  return {
    url,
    stop: () =>
      new Promise(done => {
        server.closeAllConnections()
        server.close(() => done())
      }),
  }
}
