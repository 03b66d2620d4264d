import type { Writable } from 'node:stream'
import type { LiveHub, NumberedEvent } from './live-hub.ts'

export interface LiveStream {
  end(): void
}

export interface StreamLimits {
  beatEveryMs: number
  /** A reader that took nothing for so long is cut off. It may come back and catch up. */
  patienceMs: number
}

export interface StreamAsked {
  lastId: number | null
  limits: StreamLimits
  isStillIn(): Promise<boolean>
  /** Whether its reader may see what happens in that project. */
  isSeen(project: string): boolean
}

/**
 * Writes what changes to one reader, as fast as that reader reads. While it does not, nothing is kept for it: the hub keeps the
 * newest events for all, and the reader catches up from there, or is told of a gap.
 */
export function openLiveStream(out: Writable, live: LiveHub, asked: StreamAsked): LiveStream {
  const { lastId, limits, isStillIn, isSeen } = asked
  let sentId = lastId ?? live.lastId
  let blockedAt: number | null = null

  const write = (name: string, data: unknown, id?: number) => {
    const text = `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
    if (!out.write(text)) blockedAt ??= performance.now()
  }
  const now = () => ({ at: new Date().toISOString(), lastId: live.lastId })
  const pass = ({ id, event }: NumberedEvent) => {
    sentId = id
    if (isSeen(event.project)) write('message', event, id)
  }
  const catchUp = () => {
    const missed = live.since(sentId)
    if (missed === null) {
      sentId = live.lastId
      write('gap', now(), sentId)
    }
    for (const event of missed ?? []) {
      if (blockedAt !== null) return
      pass(event)
    }
  }
  const beat = async () => {
    if (blockedAt !== null) {
      if (performance.now() - blockedAt >= limits.patienceMs) out.destroy()
    } else if (await isStillIn()) write('beat', now())
    else end()
  }

  write('hello', now())
  catchUp()
  const stop = live.listen(event => {
    if (blockedAt === null) pass(event)
  })
  const beating = setInterval(() => void beat().catch(() => out.destroy()), limits.beatEveryMs)
  const end = () => {
    stop()
    clearInterval(beating)
    if (!out.destroyed) out.end()
  }
  out.on('drain', () => {
    blockedAt = null
    catchUp()
  })
  out.on('close', end)
  // Gone while we looked up who asks: `close` was then before we listened.
  if (out.destroyed) end()
  return { end }
}
