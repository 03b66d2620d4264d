import type { LogPage, ServiceLine } from '@gantry/core/api'
import { useEffect, useReducer, useRef, useState } from 'react'
import { get } from '../api/client.ts'
import { onLive } from '../live/live.ts'
import { ofProject } from '../project/current-project.ts'
import { serverNow } from '../ui/now.ts'
import { asError } from '../ui/refusal.tsx'
import { queryString } from '../ui/words.ts'
import { type LogSearch, logQuery } from './log-filter.ts'
import { paced } from './paced.ts'
import { withNewer } from './with-newer.ts'

const pageSize = 1_000
const cap = 10_000
const apartMs = 700
/** Counting looks at every line of the range, so that live lines do not have it done each time. */
const countedApartMs = 5_000

export interface Logs {
  lines: ServiceLine[]
  histogram: LogPage['histogram']
  barMs: number
  hasOlder: boolean
  /** From when on the histogram counts; null: all of the range. */
  countedFrom: string | null
  /** How far a search came that took too long; null: it is whole. */
  searchedBackTo: string | null
  skipped: number
  /** Reading goes on further up, and what came since does not fit beside it: it waits in the server. */
  isHeldBack: boolean
  /** How many came while the page was hidden. */
  cameHidden: number
  isLoading: boolean
  error: Error | null
  older: () => void
  reload: () => void
  setReading: (isReading: boolean) => void
}

interface Held {
  lines: ServiceLine[]
  histogram: LogPage['histogram']
  barMs: number
  hasOlder: boolean
  countedFrom: string | null
  searchedBackTo: string | null
  /** What is asked with for lines that came in since. */
  cursor: string
  skipped: number
  isHeldBack: boolean
  cameHidden: number
}
const nothing: Held = {
  ...{ lines: [], histogram: [], barMs: 0, hasOlder: false, skipped: 0, isHeldBack: false, cameHidden: 0 },
  ...{ countedFrom: null, searchedBackTo: null, cursor: '' },
}

/** Lines that match. Live ones are those that came in since; a hidden page asks nothing and catches up. */
export function useLogs(search: LogSearch, isLive: boolean): Logs {
  const [attempt, reload] = useReducer((count: number) => count + 1, 0)
  const [held, setHeld] = useState<Held>(nothing)
  const [state, setState] = useState<{ isLoading: boolean; error: Error | null }>({ isLoading: true, error: null })
  const { line: _line, live: _live, columns: _columns, saved: _saved, ...filter } = search
  const name = JSON.stringify(filter)
  const failed = (cause: unknown) => setState({ isLoading: false, error: asError(cause) })
  const cursor = useRef('')
  cursor.current = held.cursor
  const page = (more: Record<string, string | number | undefined>, signal?: AbortSignal) =>
    get<LogPage>(
      ofProject(`/logs${queryString({ ...logQuery(filter, serverNow()), limit: pageSize, ...more })}`),
      signal,
    )

  // biome-ignore lint/correctness/useExhaustiveDependencies: `name` holds every field of the search
  useEffect(() => {
    const stop = new AbortController()
    setState({ isLoading: true, error: null })
    page({}, stop.signal).then(
      ({ hasMore, ...found }) => {
        setHeld({ ...nothing, ...found, hasOlder: hasMore })
        setState({ isLoading: false, error: null })
      },
      (cause: unknown) => {
        if (stop.signal.aborted) return
        // Lines of the search before would stand below what is said of this one.
        setHeld(nothing)
        failed(cause)
      },
    )
    return () => stop.abort()
  }, [name, attempt])

  const [isReading, setReading] = useState(false)
  const count = useRef(0)
  count.current = held.lines.length
  const countedAt = useRef(0)
  useLive(isLive, `${name} ${isReading}`, async (signal, wasHidden) => {
    // Older lines would have to go for newer ones, and they are what is read.
    if (isReading && count.current >= cap - pageSize) {
      setHeld(before => (before.isHeldBack ? before : { ...before, isHeldBack: true }))
      return
    }
    const isCounted = Date.now() - countedAt.current >= countedApartMs
    if (isCounted) countedAt.current = Date.now()
    const newer = await page({ since: cursor.current || undefined, histogram: String(isCounted) }, signal).catch(
      (cause: unknown) => {
        if (!signal.aborted) failed(cause)
        return null
      },
    )
    // What was asked for another filter does not belong behind these lines.
    if (signal.aborted || !newer) return
    setHeld(before => ({
      ...withNewer(before, newer, cap),
      ...{ cursor: newer.cursor, isHeldBack: false },
      ...(wasHidden && { cameHidden: newer.lines.length }),
      ...(isCounted && { histogram: newer.histogram, barMs: newer.barMs, countedFrom: newer.countedFrom }),
    }))
  })

  const older = () =>
    olderThan(held, more => page({ ...more, histogram: 'false' })).then(change => change && setHeld(change), failed)
  return { ...held, ...state, older, reload, setReading }
}

type Page = (more: Record<string, string>) => Promise<LogPage>

/** How older lines come before those that are held; null: there are none to ask for. */
async function olderThan(held: Held, page: Page): Promise<((now: Held) => Held) | null> {
  const first = held.lines[0]?.id
  const before = held.searchedBackTo ?? first
  if (!before) return null
  const { lines, hasMore, searchedBackTo } = await page({ before })
  return now => {
    // Another filter was set meanwhile, or the same page was asked for twice.
    if (now.lines[0]?.id !== first || now.searchedBackTo !== held.searchedBackTo) return now
    return { ...now, lines: [...lines, ...now.lines], hasOlder: hasMore, searchedBackTo }
  }
}

type Ask = (signal: AbortSignal, wasHidden: boolean) => Promise<void>

/** Asks whenever lines are told of: not twice at a time, and only while the page is seen. */
function useLive(isLive: boolean, name: string, ask: Ask): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: `name` holds every field of the search
  useEffect(() => {
    if (!isLive) return
    const stop = new AbortController()
    const isSeen = () => document.visibilityState === 'visible'
    let wasHidden = false
    const work = async () => {
      const isBack = wasHidden
      wasHidden = false
      await ask(stop.signal, isBack)
    }
    const asked = paced(work, { apartMs, mayRun: isSeen })
    const turned = () => {
      if (!isSeen()) wasHidden = true
      asked.soon()
    }
    asked.soon()
    const stopHearing = onLive(({ topic }) => topic === 'log' && asked.soon())
    document.addEventListener('visibilitychange', turned)
    return () => {
      stop.abort()
      asked.stop()
      stopHearing()
      document.removeEventListener('visibilitychange', turned)
    }
  }, [isLive, name])
}
