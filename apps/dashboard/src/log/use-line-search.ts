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
  skipped: number
  isLoading: boolean
  error: Error | null
  older: () => void
  reload: () => void
}

interface Held {
  lines: ServiceLine[]
  histogram: LogPage['histogram']
  barMs: number
  hasOlder: boolean
  skipped: number
}
const nothing: Held = { lines: [], histogram: [], barMs: 0, hasOlder: false, skipped: 0 }

/** Lines that match. Live ones are asked for after the last, and appended; a hidden page asks nothing and catches up. */
export function useLogs(search: LogSearch, isLive: boolean): Logs {
  const [attempt, reload] = useReducer((count: number) => count + 1, 0)
  const [held, setHeld] = useState<Held>(nothing)
  const [state, setState] = useState<{ isLoading: boolean; error: Error | null }>({ isLoading: true, error: null })
  const { line: _line, live: _live, ...filter } = search
  const name = JSON.stringify(filter)
  const last = useRef<string | undefined>(undefined)
  last.current = held.lines.at(-1)?.id
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
      ({ lines, histogram, barMs, hasMore }) => {
        setHeld({ lines, histogram, barMs, hasOlder: hasMore, skipped: 0 })
        setState({ isLoading: false, error: null })
      },
      (cause: unknown) => stop.signal.aborted || setState({ isLoading: false, error: asError(cause) }),
    )
    return () => stop.abort()
  }, [name, attempt])

  const countedAt = useRef(0)
  useLive(isLive, name, async signal => {
    const isCounted = Date.now() - countedAt.current >= countedApartMs
    if (isCounted) countedAt.current = Date.now()
    const newer = await page({ after: last.current, histogram: String(isCounted) }, signal).catch((cause: unknown) => {
      if (!signal.aborted) setState({ isLoading: false, error: asError(cause) })
      return null
    })
    // What was asked for another filter does not belong behind these lines.
    if (signal.aborted || !newer) return
    setHeld(before => ({
      ...withNewer(before, newer, cap),
      ...(isCounted && { histogram: newer.histogram, barMs: newer.barMs }),
    }))
  })

  const older = () => {
    const before = held.lines[0]?.id
    if (!before) return
    page({ before }).then(
      ({ lines, hasMore }) =>
        setHeld(now => {
          // Another filter was set meanwhile, or the same page was asked for twice.
          if (now.lines[0]?.id !== before) return now
          return { ...now, lines: [...lines, ...now.lines], hasOlder: hasMore }
        }),
      (cause: unknown) => setState({ isLoading: false, error: asError(cause) }),
    )
  }
  return { ...held, ...state, older, reload }
}

/** Asks whenever lines are told of: not twice at a time, and only while the page is seen. */
function useLive(isLive: boolean, name: string, ask: (signal: AbortSignal) => Promise<void>): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: `name` holds every field of the search
  useEffect(() => {
    if (!isLive) return
    const stop = new AbortController()
    const asked = paced(() => ask(stop.signal), { apartMs, mayRun: () => document.visibilityState === 'visible' })
    asked.soon()
    const stopHearing = onLive(({ topic }) => topic === 'log' && asked.soon())
    document.addEventListener('visibilitychange', asked.soon)
    return () => {
      stop.abort()
      asked.stop()
      stopHearing()
      document.removeEventListener('visibilitychange', asked.soon)
    }
  }, [isLive, name])
}
