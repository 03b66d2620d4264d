import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a site answers at a path; null: nothing. */
export type Answer = (path: string) => { type: string; body: string | Buffer; headers?: Record<string, string> } | null

/** A site of its own origin, as those that report to Gantry have. */
export async function serveSite(answer: Answer): Promise<{ url: string; close(): void }> {
  const server = createServer((request, response) => {
    const found = answer(new URL(request.url ?? '/', 'http://site').pathname)
    if (found === null) response.writeHead(404).end()
    else response.writeHead(200, { 'content-type': found.type, ...found.headers }).end(found.body)
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close }
}
