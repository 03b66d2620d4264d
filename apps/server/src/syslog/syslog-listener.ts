import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { GantryError } from '@gantry/core'
import type { SyslogCertificate } from './syslog-certificate.ts'
import { SyslogConnection, type SyslogConnectionParts } from './syslog-connection.ts'
import type { SyslogPort } from './syslog-settings.ts'

export interface SyslogListenerParts extends Pick<SyslogConnectionParts, 'intake' | 'seat' | 'log'> {
  /** The key that Gantry itself has for the project and service; null where this server keeps no such project. */
  ownKey(project: string, service: string | null): Promise<string | null>
  certificate: SyslogCertificate | null
  now(): Date
  /** How long a stranger may stay. */
  strangerMs?: number
}

export interface SyslogListenerState {
  address: string
  project: string | null
  service: string | null
  connections: number
  /** Since this server listens. */
  taken: number
  refused: number
  lastRefusal: { at: string; why: string } | null
}

/** Each holds a message and what was read behind it: about 200 KB at worst. */
const mostConnections = 500
const strangerMs = 60_000
const keepAliveMs = 60_000
const handshakeMs = 10_000
/** So that a stranger cannot fill the log. */
const sayEveryMs = 60_000

/** A port, and the connections that stand. */
export class SyslogListener {
  readonly #port: SyslogPort
  readonly #parts: SyslogListenerParts
  readonly #server: Server
  readonly #open = new Map<Socket, Promise<void>>()
  #taken = 0
  #refused = 0
  #lastRefusal: SyslogListenerState['lastRefusal'] = null
  #saidAtMs = Number.NEGATIVE_INFINITY

  constructor(port: SyslogPort, parts: SyslogListenerParts) {
    this.#port = port
    this.#parts = parts
    this.#server = this.#made()
    this.#server.maxConnections = mostConnections
    this.#server.on('drop', () => this.#turnedAway(`more than ${mostConnections} connections`))
  }

  /** @throws GantryError PORT_IN_USE, BAD_REQUEST */
  async listen(): Promise<void> {
    const { host, port } = this.#port
    await new Promise<void>((done, fail) => {
      this.#server.once('error', fail).listen({ host, port }, done)
    }).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EADDRINUSE')
        throw new GantryError('PORT_IN_USE', `${this.address} of GANTRY_SYSLOG is taken by another program`, { port })
      throw new GantryError('BAD_REQUEST', `GANTRY_SYSLOG: ${this.address}: ${cause.message}`, {}, { cause })
    })
  }

  get address(): string {
    const { isTls, host, port } = this.#port
    const bound = this.#server.address()
    const shown = host.includes(':') ? `[${host}]` : host
    return `${isTls ? 'tls' : 'tcp'}://${shown}:${bound !== null && typeof bound === 'object' ? bound.port : port}`
  }

  get state(): SyslogListenerState {
    const { project, service } = this.#port
    const counts = { connections: this.#open.size, taken: this.#taken, refused: this.#refused }
    return { address: this.address, project, service, ...counts, lastRefusal: this.#lastRefusal }
  }

  /** Takes nobody new, and tells who is connected to end: what is on its way still arrives. Answers when all have. */
  async close(): Promise<void> {
    this.#server.close()
    for (const socket of this.#open.keys()) socket.end()
    await Promise.all(this.#open.values())
  }

  /** Ends those that did not end by themselves. */
  cut(): void {
    for (const socket of this.#open.keys()) socket.destroy()
  }

  #made(): Server {
    const { certificate } = this.#parts
    if (!this.#port.isTls || certificate === null)
      return createServer({ allowHalfOpen: true, keepAlive: true, keepAliveInitialDelay: keepAliveMs }, socket =>
        this.#connected(socket),
      )
    const server = createTlsServer(
      {
        ...certificate.options,
        ...{ allowHalfOpen: true, keepAlive: true, keepAliveInitialDelay: keepAliveMs },
        ...{ minVersion: 'TLSv1.2', handshakeTimeout: handshakeMs },
      },
      socket => this.#connected(socket),
    )
    server.on('tlsClientError', cause => this.#turnedAway(`no TLS: ${cause.message}`))
    certificate.onChange(options => server.setSecureContext(options))
    return server
  }

  #connected(socket: Socket): void {
    const { ownKey, strangerMs: mostMs = strangerMs, ...parts } = this.#parts
    const { project, service } = this.#port
    const connection = new SyslogConnection({
      ...parts,
      port: this.#port,
      ownKey: async () => (project === null ? null : ownKey(project, service)),
      onTaken: lines => {
        this.#taken += lines
      },
      onRefused: (lines, cause) => {
        this.#refused += lines
        this.#turnedAway(cause.message)
      },
    })
    // Who never says who they are takes the place of somebody who would.
    const leaving = setTimeout(() => {
      if (connection.isKnown) return
      this.#turnedAway('nothing that was taken came within a minute')
      socket.destroy()
    }, mostMs).unref()
    // What breaks a connection ends the reading of it.
    socket.on('error', () => undefined)
    const reading = connection
      .read(socket)
      .catch(cause => this.#parts.log.error({ err: cause }, 'a connection of syslog ended'))
      .finally(() => {
        clearTimeout(leaving)
        this.#open.delete(socket)
      })
    this.#open.set(socket, reading)
  }

  #turnedAway(why: string): void {
    const { log, now } = this.#parts
    this.#lastRefusal = { at: now().toISOString(), why }
    if (now().getTime() - this.#saidAtMs < sayEveryMs) return
    this.#saidAtMs = now().getTime()
    log.error({ listener: this.address, why }, 'what came by syslog was refused')
  }
}
