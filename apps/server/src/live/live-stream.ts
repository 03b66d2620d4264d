import type { Writable } from 'node:stream'
import { isSeen, type SeenProjects } from '../access/caller.ts'
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
  /** `id:` of the last event the reader had. */
  last: string | null
  limits: StreamLimits
  /** The projects its reader may see. */
  seen: SeenProjects
  /** The same as it is now; null when the reader may not read any more. */
  look(): Promise<SeenProjects | null>
}

/**
 * Writes what changes to one reader, as fast as that reader reads. While it does not, nothing is kept for it: the hub keeps the
 * newest events for all, and the reader catches up from there, or is told of a gap.
 */
export function openLiveStream(out: Writable, live: LiveHub, asked: StreamAsked): LiveStream {
  const { last, limits, look } = asked
  let { seen } = asked
  // Of another server, or another start: the number of no event, so that the reader is told of a gap.
  let sentId = last === null ? live.lastId : (live.numberOf(last) ?? -1)
  let blockedAt: number | null = null

  const write = (name: string, data: unknown, id?: number) => {
    const text = `${id === undefined ? '' : `id: ${live.nameOf(id)}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
    if (!out.write(text)) blockedAt ??= performance.now()
  }
  const now = () => ({ at: new Date().toISOString(), lastId: live.nameOf(live.lastId) })
  const pass = ({ id, event }: NumberedEvent) => {
    sentId = id
    if (event.topic === 'access' || isSeen(seen, event.project)) write('message', event, id)
  }
  const tellGap = () => {
    sentId = live.lastId
    write('gap', now(), sentId)
  }
  const catchUp = () => {
    const missed = live.since(sentId)
    if (missed === null) tellGap()
    for (const event of missed ?? []) {
      if (blockedAt !== null) return
      pass(event)
    }
  }
  const beat = async () => {
    if (blockedAt !== null) {
      if (performance.now() - blockedAt >= limits.patienceMs) out.destroy()
    } else if (await lookAgain()) write('beat', now())
  }
  const lookAgain = async () => {
    const now = await look()
    if (now === null) end()
    else seen = now
    return now !== null
  }

  write('hello', now())
  catchUp()
  // Somebody may do less now, perhaps this reader: nothing is passed on before that is known.
  const looks = looksInTurn(lookAgain, () => {
    if (blockedAt === null) catchUp()
  })
  const lookBeforeMore = () => void looks.begin().catch(() => out.destroy())
  const stop = live.listen({
    hear(event) {
      if (event.event.topic === 'access') lookBeforeMore()
      if (blockedAt === null && !looks.isGoingOn()) pass(event)
    },
    // That somebody may do less may be among what was missed.
    onGap: lookBeforeMore,
  })
  const beating = setInterval(() => void beat().catch(() => out.destroy()), limits.beatEveryMs)
  const end = () => {
    stop()
    clearInterval(beating)
    if (!out.destroyed) out.end()
  }
  out.on('drain', () => {
    blockedAt = null
    if (!looks.isGoingOn()) catchUp()
  })
  out.on('close', end)
  // Gone while we looked up who asks: `close` was then before we listened.
  if (out.destroyed) end()
  return { end }
}

/** One look at a time, and another when it is asked for meanwhile; `then` when all are over and good. */
function looksInTurn(look: () => Promise<boolean>, then: () => void) {
  let isGoingOn = false
  let isAskedAgain = false
  return {
    isGoingOn: () => isGoingOn,
    async begin(): Promise<void> {
      isAskedAgain = true
      if (isGoingOn) return
      isGoingOn = true
      let isGood = true
      while (isGood && isAskedAgain) {
        isAskedAgain = false
        isGood = await look()
      }
      isGoingOn = false
      if (isGood) then()
    },
  }
}
