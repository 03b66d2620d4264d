import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/**
 * Ends connections on which nothing was ever asked when the server closes. Node counts one as busy until its first request
 * is late, a minute after it was opened: browsers open them in advance, and a call that is given up while it connects leaves one.
 * A connection whose last answer is given meanwhile ends with that answer, and is not kept for another question.
 */
export function installClosing(app: FastifyInstance): void {
  const connections = new Set<Socket>()
  let isClosing = false
  const server: Server = app.server
  server.on('connection', socket => {
    if (isClosing) return socket.destroy()
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  })
  app.addHook('preClose', async () => {
    isClosing = true
    for (const socket of connections) if (socket.bytesRead === 0) socket.destroy()
  })
  // Without a promise, as what clients report passes here thousands of times a second.
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (isClosing) reply.header('connection', 'close')
    done(null, payload)
  })
}
