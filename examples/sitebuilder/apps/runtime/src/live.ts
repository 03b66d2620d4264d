import type { Server } from 'node:http'
import type { Log } from '@sitebuilder/service'
import { type WebSocket, WebSocketServer } from 'ws'
import type { PageStore } from './page-store.ts'

type Settings = { pages: PageStore; log: Log; pollMs?: number; pingMs?: number }

/**
 * `/live/:slug`: a WebSocket that says `{"version":3}` at once and after each publication.
 * The database is asked once a second for all pages being looked at, and not at all when there are none: unlike
 * LISTEN that works through every pooler, and costs one small query whatever the number of readers.
 */
export function attachLive(server: Server, { pages, log, pollMs = 1_000, pingMs = 30_000 }: Settings) {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1_024 })
  const readers = new Map<WebSocket, { slug: string; version: number | undefined }>()

  server.on('upgrade', (request, socket, head) => {
    const slug = /^\/live\/([a-z0-9-]+)$/.exec(new URL(request.url ?? '/', 'http://runtime').pathname)?.[1]
    if (!slug) return void socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
    sockets.handleUpgrade(request, socket, head, reader => {
      readers.set(reader, { slug, version: undefined })
      reader.on('close', () => readers.delete(reader))
      reader.on('error', err => log.warn('live: a connection broke', { err }))
      void tell()
    })
  })

  const tell = async () => {
    if (readers.size === 0) return
    try {
      const versions = await pages.versions([...new Set([...readers.values()].map(reader => reader.slug))])
      for (const [socket, reader] of readers) {
        const version = versions.get(reader.slug)
        if (version === undefined || version === reader.version) continue
        reader.version = version
        socket.send(JSON.stringify({ version }))
      }
    } catch (err) {
      log.warn('live: versions could not be read', { err })
    }
  }

  const poll = setInterval(() => void tell(), pollMs)
  // Proxies cut connections that say nothing.
  const ping = setInterval(() => sockets.clients.forEach(socket => void socket.ping()), pingMs)

  return {
    /** Tells every reader the server is going away (1001); those who do not answer within a second are cut. */
    close: async () => {
      clearInterval(poll)
      clearInterval(ping)
      const closed = Promise.all([...sockets.clients].map(socket => new Promise(done => socket.once('close', done))))
      for (const socket of sockets.clients) socket.close(1001, 'going away')
      const cut = setTimeout(() => sockets.clients.forEach(socket => void socket.terminate()), 1_000)
      await closed
      clearTimeout(cut)
    },
  }
}
