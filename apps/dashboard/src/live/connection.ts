import type { StreamEvent } from '@gantry/core/api'
import { waitMs } from './backoff.ts'
import { createSseReader, type SseMessage } from './sse.ts'

/** What the holder of the stream tells the pages. */
export type LiveNews =
  /** `aheadMs`: how far the server's clock is before this computer's. A difference stays true for a page that comes later. */
  | { kind: 'live'; aheadMs: number }
  | { kind: 'lost'; since: number; retryAt: number }
  | { kind: 'signed-out' }
  | { kind: 'gap' }
  | { kind: 'event'; event: StreamEvent }

export interface ConnectionParts {
  open(lastId: string | null, signal: AbortSignal): Promise<Response>
  tell(news: LiveNews): void
  now(): number
  random(): number
}

const silenceMs = 35_000

/** Holds one stream: reads it, notices silence, tries again ever more slowly, and stops when the session is over. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one state machine; cut apart, its parts would share every variable
export function holdStream({ open, tell, now, random }: ConnectionParts): { stop(): void; retry(): void } {
  let lastId: string | null = null
  let failures = 0
  let lostSince: number | null = null
  let isStopped = false
  let attempt = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  const listen = async () => {
    const own = new AbortController()
    attempt = own
    try {
      const response = await orSilence(open(lastId, own.signal))
      if (response.status === 401) return end()
      if (!response.ok || !response.body) throw new Error(`the stream answered ${response.status}`)
      await readAll(response.body)
    } catch {
      // Every way a stream can end leads to the same: wait, try again.
    }
    const wasReplaced = own.signal.aborted
    own.abort()
    if (!isStopped && !wasReplaced) lose()
  }
  const end = () => {
    isStopped = true
    tell({ kind: 'signed-out' })
  }
  const lose = () => {
    failures += 1
    lostSince ??= now()
    const wait = waitMs(failures, random())
    tell({ kind: 'lost', since: lostSince, retryAt: now() + wait })
    timer = setTimeout(() => void listen(), wait)
  }
  const readAll = async (body: ReadableStream<Uint8Array>) => {
    const feed = createSseReader(message => hear(message))
    const decoder = new TextDecoder()
    const reader = body.getReader()
    for (;;) {
      const { value, done } = await orSilence(reader.read())
      if (done) return
      feed(decoder.decode(value, { stream: true }))
    }
  }
  const orSilence = <T>(read: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const silence = setTimeout(() => reject(new Error('silent')), silenceMs)
      read.then(resolve, reject).finally(() => clearTimeout(silence))
    })
  const hear = ({ event, data, id }: SseMessage) => {
    if (id !== null) lastId = id
    const body = parsed(data)
    if (event === 'hello' || event === 'beat') {
      failures = 0
      lostSince = null
      if (lastId === null && body?.lastId !== undefined) lastId = body.lastId
      tell({ kind: 'live', aheadMs: body?.at === undefined ? 0 : Date.parse(body.at) - now() })
    } else if (event === 'gap') tell({ kind: 'gap' })
    else if (body?.topic) tell({ kind: 'event', event: body as StreamEvent })
  }
  void listen()
  return {
    stop() {
      isStopped = true
      clearTimeout(timer)
      attempt.abort()
    },
    retry() {
      if (isStopped || lostSince === null) return
      clearTimeout(timer)
      attempt.abort()
      void listen()
    },
  }
}

function parsed(data: string): (Partial<StreamEvent> & { at?: string; lastId?: string }) | null {
  try {
    return JSON.parse(data)
  } catch {
    return null
  }
}
