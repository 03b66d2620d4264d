import { notifyBytes, notifyStatement } from '../database/listener.ts'
import type { Database } from '../database/opened-database.ts'
import { toParameter } from '../database/values.ts'

/** Short texts from one process of a database to all the others; gone when nobody hears them. */
export interface Signals {
  /** Sent soon, with others; false when it is longer than a signal may be, and then it is not sent. */
  send(text: string): boolean
  stop(): Promise<void>
}

export interface SignalHearer {
  hear(text: string): void
  /** Some may have been missed: whatever was learnt from signals has to be looked up again. */
  onGap(): void
  onError(cause: unknown): void
}

/** Many in one statement: each takes a lock that all writers of the database share for a moment. */
const collectMs = 20
const retryMs = 1_000
/** In the place of signals that could not be sent. */
const lost = 'lost'

/** LISTEN and NOTIFY of Postgres. The embedded database has one process: nothing is sent, and nobody is there to hear. */
export async function openSignals(database: Database, hearer: SignalHearer): Promise<Signals> {
  if (database.listen === null) return { send: text => fits(text), stop: async () => undefined }
  const hear = (text: string) => (text === lost ? hearer.onGap() : hearer.hear(text))
  const listener = await database.listen(hear, hearer.onGap)
  let waiting: string[] = []
  let sending: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | null = null
  let isStopped = false
  const flush = () => {
    timer = null
    const texts = waiting
    waiting = []
    sending = sending
      .then(() => notify(database, texts))
      .catch(cause => {
        hearer.onError(cause)
        if (isStopped) return
        waiting.unshift(lost)
        timer ??= setTimeout(flush, retryMs)
      })
  }
  return {
    send(text) {
      if (!fits(text)) return false
      waiting.push(text)
      timer ??= setTimeout(flush, collectMs)
      return true
    },
    async stop() {
      isStopped = true
      if (timer !== null) {
        clearTimeout(timer)
        flush()
      }
      await sending
      await listener.stop()
    },
  }
}

const fits = (text: string) => Buffer.byteLength(text) <= notifyBytes

const notify = (database: Database, texts: string[]) =>
  database.session(async session => void (await session.query(notifyStatement, [toParameter(texts)])))
