import { GantryError } from '@gantry/core'
import { isLoopback } from '../api/server-address.ts'

/** One answer, or none. */
export interface Seen {
  atMs: number
  isGood: boolean
}

export interface Load {
  /** Oldest first. */
  seen: readonly Seen[]
  stop(): Promise<void>
}

const workers = 4
const pauseMs = 40
const answerWithinMs = 5_000

/**
 * Asks one address again and again: four at a time, each about twenty times a second, never longer than `limitMs`.
 * @throws GantryError BAD_REQUEST for an address on another machine
 */
export function startLoad(url: string, { limitMs, nowMs }: { limitMs: number; nowMs(): number }): Load {
  if (!isLoopback(url)) throw new GantryError('BAD_REQUEST', `load goes to this machine only, not to ${url}`)
  const over = new AbortController()
  const timer = setTimeout(() => over.abort(), limitMs)
  const seen: Seen[] = []
  const work = async () => {
    while (!over.signal.aborted) {
      const isGood = await ask(url)
      seen.push({ atMs: nowMs(), isGood })
      await new Promise(done => setTimeout(done, pauseMs))
    }
  }
  const done = Promise.all(Array.from({ length: workers }, work))
  return {
    seen,
    async stop() {
      clearTimeout(timer)
      over.abort()
      await done
    },
  }
}

async function ask(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(answerWithinMs) })
    await response.arrayBuffer()
    return response.status < 500
  } catch {
    return false
  }
}

/** When the first bad response after a moment came. */
export const firstBad = (seen: readonly Seen[], afterMs: number): number | undefined =>
  seen.find(({ atMs, isGood }) => !isGood && atMs >= afterMs)?.atMs

/** When the first of `inARow` good responses without a bad one between came, after the last bad one. */
export function servingAgain(seen: readonly Seen[], afterMs: number, inARow: number): number | undefined {
  const lastBad = seen.findLastIndex(({ atMs, isGood }) => !isGood && atMs >= afterMs)
  if (lastBad === -1) return undefined
  const good = seen.slice(lastBad + 1)
  return good.length >= inARow ? good[0]?.atMs : undefined
}
