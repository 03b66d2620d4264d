import { type FileHandle, open, rm } from 'node:fs/promises'
import type { JobNews, JobState, LogLine } from '@gantry/core'

/** Answers when the server has it. Throws when the job is not this runner's any more. */
export type Send = (news: JobNews) => Promise<void>

export interface OutboxLimits {
  /** Of output that waits in memory; more goes to the disk. */
  memoryChars: number
  /** Of output that waits at all; then the job waits, too. */
  waitingChars: number
  /** Of output that is sent at once. */
  sendChars: number
  /** Between one word and the next: each is a transaction of the server, and a step is faster than that. */
  pauseMs: number
}

const usualLimits: OutboxLimits = {
  memoryChars: 2 ** 20,
  waitingChars: 64 * 2 ** 20,
  sendChars: 2 ** 20,
  pauseMs: 100,
}

interface Batch {
  chars: number
  isInMemory: boolean
  /** Where on the disk its lines are, when they are not here. */
  lines: LogLine[] | { at: number; bytes: number }
}

/**
 * What a job says and how it stands, on its way to the server: in order, each once. While the server is away it waits, first in
 * memory and then on the disk; beyond that, the job waits.
 */
export class Outbox {
  readonly #file: string
  readonly #send: Send
  readonly #limits: OutboxLimits
  readonly #batches: Batch[] = []
  #state: JobState | undefined
  #waitingChars = 0
  #memoryChars = 0
  #disk: Promise<FileHandle> | undefined
  #diskBytes = 0
  /** Writes to the disk, one after the other. */
  #written: Promise<void> = Promise.resolve()
  #sending: Promise<void> | undefined
  #room = Promise.withResolvers<void>()
  #fault: unknown
  /** The job is over: nothing is waited for any more. */
  readonly #ending = Promise.withResolvers<void>()
  #isEnding = false

  constructor(file: string, send: Send, limits: Partial<OutboxLimits> = {}) {
    this.#file = file
    this.#send = send
    this.#limits = { ...usualLimits, ...limits }
  }

  /** Answers when there is room for more, or nothing while there is. */
  lines(lines: LogLine[]): Promise<void> | undefined {
    if (this.#fault !== undefined) return undefined
    const chars = lines.reduce((sum, { text }) => sum + text.length + 60, 0)
    const isInMemory = this.#memoryChars + chars <= this.#limits.memoryChars
    const batch: Batch = { chars, isInMemory, lines }
    this.#batches.push(batch)
    this.#waitingChars += chars
    if (isInMemory) this.#memoryChars += chars
    else this.#toDisk(batch, lines)
    this.#pump()
    return this.#waitingChars < this.#limits.waitingChars ? undefined : this.#room.promise
  }

  /** The newest state is sent; those before it are of no interest any more. */
  state(state: JobState): void {
    this.#state = state
    this.#pump()
  }

  /** The last word, after everything else. @throws what `send` threw */
  async end(state: JobState, end: 'done' | 'returned'): Promise<void> {
    this.#isEnding = true
    this.#ending.resolve()
    try {
      while (this.#sending !== undefined) await this.#sending
      if (this.#fault !== undefined) throw this.#fault
      await this.#send({ job: state, end })
    } finally {
      await this.close()
    }
  }

  async close(): Promise<void> {
    this.#fault ??= new Error('the outbox was closed')
    this.#room.resolve()
    await this.#written
    await (await this.#disk)?.close()
    await rm(this.#file, { force: true })
  }

  #pump(): void {
    if (this.#fault !== undefined) return
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined
    })
  }

  async #sendAll(): Promise<void> {
    try {
      while (this.#batches.length > 0 || this.#state !== undefined) {
        await this.#sendNext()
        await this.#pause()
      }
    } catch (cause) {
      this.#fault = cause
      this.#room.resolve()
    }
  }

  async #pause(): Promise<void> {
    const { pauseMs, sendChars } = this.#limits
    if (this.#isEnding || this.#waitingChars >= sendChars) return
    const over = Promise.withResolvers<void>()
    const timer = setTimeout(over.resolve, pauseMs)
    await Promise.race([over.promise, this.#ending.promise])
    clearTimeout(timer)
  }

  async #sendNext(): Promise<void> {
    const job = this.#state
    this.#state = undefined
    const taken: Batch[] = []
    let chars = 0
    for (const batch of this.#batches) {
      if (taken.length > 0 && chars + batch.chars > this.#limits.sendChars) break
      taken.push(batch)
      chars += batch.chars
    }
    const lines: LogLine[] = []
    for (const batch of taken) lines.push(...(await this.#read(batch)))
    // A state never overtakes what was said before it.
    const isWhole = taken.length === this.#batches.length
    if (!isWhole && job !== undefined) this.#state ??= job
    await this.#send({ ...(lines.length > 0 && { lines }), ...(isWhole && job !== undefined && { job }) })
    this.#batches.splice(0, taken.length)
    this.#waitingChars -= chars
    for (const batch of taken) if (batch.isInMemory) this.#memoryChars -= batch.chars
    if (this.#batches.length === 0) this.#diskBytes = 0
    if (this.#waitingChars >= this.#limits.waitingChars) return
    this.#room.resolve()
    this.#room = Promise.withResolvers()
  }

  #toDisk(batch: Batch, lines: LogLine[]): void {
    const bytes = Buffer.from(JSON.stringify(lines))
    const at = this.#diskBytes
    this.#diskBytes += bytes.length
    this.#disk ??= open(this.#file, 'wx+', 0o600)
    const disk = this.#disk
    const write = async (): Promise<void> => {
      await (await disk).write(bytes, 0, bytes.length, at)
      batch.lines = { at, bytes: bytes.length }
    }
    // On a disk that is full it stays in memory; there is an end to that, too.
    this.#written = this.#written.then(write).catch(() => undefined)
  }

  async #read(batch: Batch): Promise<LogLine[]> {
    if (!batch.isInMemory) await this.#written
    if (Array.isArray(batch.lines)) return batch.lines
    const { at, bytes } = batch.lines
    const buffer = Buffer.alloc(bytes)
    await (await this.#disk)?.read(buffer, 0, bytes, at)
    return JSON.parse(buffer.toString()) as LogLine[]
  }
}
