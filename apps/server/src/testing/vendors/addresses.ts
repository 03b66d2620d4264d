import { createServer as createPlainServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import { type AddressInfo, connect, createServer as createGate, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Certificate } from './certificate.ts'

/** Who answers at an address: a port of this machine, or by itself. */
export type Site = (asked: IncomingMessage, response: ServerResponse) => Promise<number | 'answered'>

/** An https address of this machine that people and jobs reach a service by. */
export interface PublicAddress {
  host: string
  close(): void
}

export async function openAddress(certificate: Certificate, site: Site): Promise<PublicAddress> {
  const server = createServer(certificate, (asked, response) => void answer(site, asked, response))
  server.on('upgrade', (asked, socket, head) => void tunnel(site, asked, { socket, head }))
  return { host: `127.0.0.1:${await listening(server)}`, close: () => closed(server) }
}

/** By whatever server stands behind, also for WebSockets. */
async function answer(site: Site, asked: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const port = await site(asked, response)
    if (port !== 'answered') passOn(asked, response, { port })
  } catch (cause) {
    if (!response.headersSent) response.writeHead(502)
    response.end(String(cause))
  }
}

/** @param done is waited for before the answer is handed back */
export function passOn(
  asked: IncomingMessage,
  response: ServerResponse,
  { port, headers = {}, done }: { port: number; headers?: Record<string, string>; done?: () => Promise<void> },
): void {
  const onward = request(
    { host: '127.0.0.1', port, method: asked.method, path: asked.url, headers: { ...asked.headers, ...headers } },
    async answered => {
      await done?.()
      response.writeHead(answered.statusCode ?? 502, answered.headers)
      answered.pipe(response)
    },
  )
  onward.on('error', () => response.destroy())
  asked.pipe(onward)
}

async function tunnel(site: Site, asked: IncomingMessage, { socket, head }: { socket: Duplex; head: Buffer }) {
  socket.on('error', () => undefined)
  const port = await site(asked, null as never).catch(() => 'answered' as const)
  if (port === 'answered') return socket.destroy()
  const onward = connect(port, '127.0.0.1', () => {
    const lines = asked.rawHeaders.map((each, at) => (at % 2 === 0 ? `${each}: ` : `${each}\r\n`))
    onward.write(`${asked.method} ${asked.url} HTTP/1.1\r\n${lines.join('')}\r\n`)
    onward.write(head)
    onward.pipe(socket)
    socket.pipe(onward)
  })
  onward.on('error', () => socket.destroy())
}

/**
 * A proxy as companies have one: what is meant for a host of a vendor comes to `vendor`, everything else goes where it is meant to.
 * @param isVendors whether a host is one of theirs
 */
export async function openProxy(
  certificate: Certificate,
  isVendors: (host: string) => boolean,
  vendor: (asked: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<{ url: string; close(): void }> {
  const inside = createServer(certificate, (asked, response) => void vendor(asked, response))
  const insidePort = await listening(inside)
  const proxy = createPlainServer((_, response) => response.writeHead(405).end())
  const open = new Set<Duplex>()
  proxy.on('connect', (asked, socket: Socket) => {
    const [host = '', port = '443'] = (asked.url ?? '').split(':')
    const onward = isVendors(host) ? connect(insidePort, '127.0.0.1') : connect(Number(port), host)
    for (const end of [socket, onward]) open.add(end.on('error', () => [socket, onward].map(each => each.destroy())))
    onward.on('connect', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'))
    onward.pipe(socket).pipe(onward)
  })
  const port = await listening(proxy)
  const close = () => {
    for (const end of open) end.destroy()
    for (const each of [proxy, inside]) closed(each)
  }
  return { url: `http://127.0.0.1:${port}`, close }
}

/** A port that leads to another one, once somebody let it. */
export async function openGate(port: number, letIn: () => Promise<void>): Promise<{ port: number; close(): void }> {
  const open = new Set<Socket>()
  const gate = createGate(async socket => {
    open.add(socket.on('error', () => undefined))
    await letIn()
    const onward = connect(port, '127.0.0.1').on('error', () => socket.destroy())
    open.add(onward)
    socket.on('close', () => onward.destroy())
    socket.pipe(onward).pipe(socket)
  })
  await new Promise<void>(done => gate.listen(0, '127.0.0.1', done))
  const close = () => {
    for (const end of open) end.destroy()
    gate.close()
  }
  return { port: (gate.address() as AddressInfo).port, close }
}

async function listening(server: Server | ReturnType<typeof createPlainServer>): Promise<number> {
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  return (server.address() as AddressInfo).port
}

function closed(server: Server | ReturnType<typeof createPlainServer>): void {
  server.closeAllConnections()
  server.close()
}
