import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import type { PGlite } from '@electric-sql/pglite'
import { type Turns, turns } from '@gantry/core'
import { fatal, greetingIn, messageBytes, ownStatement, readyStatus, simpleQuery, sync } from './wire-messages.ts'

/**
 * Serves an embedded database to many connections. They share one backend, so a connection that begins to ask has it
 * for itself until its answer is complete and its transaction over; the others wait. `@electric-sql/pglite-socket`
 * hands the backend over after every message, which mixes up the unnamed statements of two connections.
 * Not kept apart: session settings (`set`), `listen`, and statements made by SQL `prepare`.
 */
export async function serveDatabase(
  database: PGlite,
  { host, port, idleInTransactionMs }: { host: string; port: number; idleInTransactionMs: number },
): Promise<{ close(): Promise<void> }> {
  const line = turns()
  const connections = new Set<Connection>()
  let made = 0
  const server = createServer(socket => {
    made += 1
    const connection = new Connection(socket, { database, line, prefix: `c${made}_`, idleInTransactionMs })
    connections.add(connection)
    socket.once('close', () => connections.delete(connection))
  })
  server.listen({ host, port, exclusive: true })
  await once(server, 'listening')
  return {
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const connection of connections) connection.end()
      await closed
    },
  }
}

interface Shared {
  database: PGlite
  line: Turns
  /** Put before the names of its prepared statements. */
  prefix: string
  idleInTransactionMs: number
}

class Connection {
  readonly #socket: Socket
  readonly #shared: Shared
  readonly #statements = new Set<string>()
  #buffer: Buffer = Buffer.alloc(0)
  #isGreeted = false
  #isWorking = false
  #isClosed = false
  #hasTurn = false
  #idleTimer: NodeJS.Timeout | null = null

  constructor(socket: Socket, shared: Shared) {
    this.#socket = socket
    this.#shared = shared
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => {
      this.#buffer = Buffer.concat([this.#buffer, chunk])
      void this.#work()
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      this.#isClosed = true
      void this.#work()
    })
  }

  end(): void {
    this.#socket.end(fatal('57P01', 'the database is stopping'))
    this.#socket.destroySoon()
  }

  /** Works through what has come. Only one of these runs at a time; what comes meanwhile is taken up by it. */
  async #work(): Promise<void> {
    if (this.#isWorking) return
    this.#isWorking = true
    try {
      while (!this.#isClosed && (await this.#next())) {}
      if (this.#isClosed) await this.#leave()
    } catch (error) {
      // The backend itself broke off, e.g. out of memory: this connection cannot go on, others may.
      this.#socket.end(fatal('XX000', String(error)))
      this.#isClosed = true
      await this.#leave().catch(() => {})
    } finally {
      this.#isWorking = false
    }
  }

  /** Takes one message, or all up to one that asks for an answer; false while none is complete. */
  async #next(): Promise<boolean> {
    if (!this.#isGreeted) return this.#greet()
    const batch = this.#batch()
    if (batch.length === 0) return false
    if (batch[0] === terminate) {
      this.#socket.end()
      return false
    }
    await this.#takeTurn()
    if (this.#isClosed) return true
    await this.#perform(batch)
    return true
  }

  async #greet(): Promise<boolean> {
    const greeting = greetingIn(this.#buffer)
    if (!greeting) return false
    const message = this.#buffer.subarray(0, greeting.bytes)
    this.#buffer = this.#buffer.subarray(greeting.bytes)
    if (greeting.kind === 'refuse-encryption') this.#socket.write('N')
    else if (greeting.kind === 'cancel') this.#socket.end()
    else {
      this.#isGreeted = true
      await this.#takeTurn()
      await this.#perform(message)
    }
    return true
  }

  #batch(): Buffer {
    const messages: Buffer[] = []
    for (;;) {
      const bytes = messageBytes(this.#buffer)
      if (bytes === null) break
      const { message, made } = ownStatement(this.#buffer.subarray(0, bytes), this.#shared.prefix)
      this.#buffer = this.#buffer.subarray(bytes)
      if (made !== null) this.#statements.add(made)
      messages.push(message)
      if (asksForAnswer.has(message[0] ?? 0)) break
    }
    return Buffer.concat(messages)
  }

  async #perform(message: Buffer): Promise<void> {
    const answer = await this.#shared.database.execProtocolRaw(new Uint8Array(message))
    if (!this.#isClosed) this.#socket.write(answer)
    if (readyStatus(answer) === 'I') this.#giveTurnBack()
    else this.#watchIdleness()
  }

  async #takeTurn(): Promise<void> {
    if (this.#idleTimer) clearTimeout(this.#idleTimer)
    if (this.#hasTurn) return
    await this.#shared.line.take()
    this.#hasTurn = true
  }

  #giveTurnBack(): void {
    if (!this.#hasTurn) return
    this.#hasTurn = false
    this.#shared.line.giveBack()
  }

  /** A transaction left open would stop everyone else. */
  #watchIdleness(): void {
    this.#idleTimer = setTimeout(() => {
      this.#socket.end(fatal('25P03', 'the transaction was left open for too long'))
      this.#isClosed = true
      void this.#work()
    }, this.#shared.idleInTransactionMs)
  }

  /** Leaves the backend as if this connection had never been. */
  async #leave(): Promise<void> {
    if (this.#idleTimer) clearTimeout(this.#idleTimer)
    const { database } = this.#shared
    if (database.closed || (!this.#hasTurn && this.#statements.size === 0)) return this.#giveTurnBack()
    const isInside = this.#hasTurn
    await this.#takeTurn()
    try {
      if (isInside) {
        await database.execProtocolRaw(new Uint8Array(sync))
        await database.execProtocolRaw(new Uint8Array(simpleQuery('rollback')))
      }
      for (const name of this.#statements) {
        await database.execProtocolRaw(new Uint8Array(simpleQuery(`deallocate "${name.replaceAll('"', '""')}"`)))
      }
      this.#statements.clear()
    } finally {
      this.#giveTurnBack()
    }
  }
}

const terminate = 'X'.charCodeAt(0)
/** Query, Sync, FunctionCall, Flush, CopyDone, CopyFail, Terminate. */
const asksForAnswer = new Set([...'QSFHcfX'].map(type => type.charCodeAt(0)))
