import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { GantryError } from '@gantry/core'
import { keyInSyslog, mostSyslogBytes, type SyslogFrame, SyslogFrames, syslogOf } from '@gantry/ingest'
import type { Intake } from '../ingest/intake.ts'
import type { SyslogPort } from './syslog-settings.ts'

export interface SyslogConnectionParts {
  port: Pick<SyslogPort, 'service' | 'environment'>
  intake: Pick<Intake, 'receive'>
  /** Whose the lines are that show no key. */
  ownKey(): Promise<string | null>
  /** Lets in as many at a time as may be held in memory. */
  seat<T>(act: () => Promise<T>): Promise<T>
  onTaken(lines: number): void
  onRefused(lines: number, cause: GantryError): void
  log: { error(facts: object, message: string): void }
}

const mostAtOnce = 5_000
const stranger = new GantryError(
  'INGEST_KEY_WRONG',
  'expected an ingest key in the structured data, as [gantry@32473 key="…"], got none',
)

/** One connection. The socket is read no further than what was read of it is stored. */
export class SyslogConnection {
  readonly #parts: SyslogConnectionParts
  readonly #frames = new SyslogFrames(mostSyslogBytes)
  /** The key of the message before: a message that was cut into lines says it on the first of them. */
  #lastKey: string | null = null
  #isKnown = false

  constructor(parts: SyslogConnectionParts) {
    this.#parts = parts
  }

  /** Whether it brought something that was taken. */
  get isKnown(): boolean {
    return this.#isKnown
  }

  /** Answers when it ended, and all that came of it is stored. */
  async read(socket: Socket): Promise<void> {
    try {
      for await (const chunk of socket) {
        await this.#take(this.#frames.push(chunk as Buffer))
        // It is told by its end that what it sends is not wanted, and may keep it.
        if (!this.#isKnown && this.#isRefused) return void socket.destroy()
      }
    } catch {
      // It was cut off. What came of it is there, and where it ended nobody knows better.
    }
    await this.#take(this.#frames.end())
    socket.end()
  }

  #isRefused = false

  async #take(frames: readonly SyslogFrame[]): Promise<void> {
    if (frames.length === 0) return
    const { onRefused, ownKey, log } = this.#parts
    let own: string | null
    try {
      own = await ownKey()
    } catch (err) {
      log.error({ err, lines: frames.length }, 'the project that lines by syslog are of could not be asked for its key')
      return onRefused(frames.length, notStored())
    }
    const byKey = Map.groupBy(frames, ({ text }) => {
      const shown = keyInSyslog(text) ?? (text.startsWith('<') ? null : this.#lastKey)
      this.#lastKey = shown
      return shown ?? own
    })
    for (const [key, theirs] of byKey)
      if (key === null) {
        this.#isRefused = true
        onRefused(theirs.length, stranger)
      } else
        for (let at = 0; at < theirs.length; at += mostAtOnce) await this.#store(key, theirs.slice(at, at + mostAtOnce))
  }

  async #store(key: string, frames: readonly SyslogFrame[]): Promise<void> {
    const { port, intake, seat, onTaken, onRefused, log } = this.#parts
    const query = { ...(port.service && { service: port.service }), environment: port.environment ?? undefined }
    const asked = { path: 'stream', params: {}, query, headers: { authorization: `Bearer ${key}` } }
    const body = Buffer.from(frames.map(({ text }) => text).join('\n'))
    try {
      await seat(() => intake.receive(syslogOf(frames), asked, Readable.from([body])))
      this.#isKnown = true
      onTaken(frames.length)
    } catch (cause) {
      if (!(cause instanceof GantryError))
        log.error({ err: cause, lines: frames.length }, 'lines that came by syslog could not be stored')
      const known = cause instanceof GantryError ? cause : notStored()
      if (isStranger(known)) this.#isRefused = true
      onRefused(frames.length, known)
    }
  }
}

const notStored = () => new GantryError('INTERNAL', 'they could not be stored')

const isStranger = ({ code }: GantryError): boolean => code === 'INGEST_KEY_WRONG' || code === 'INGEST_KIND_WRONG'
