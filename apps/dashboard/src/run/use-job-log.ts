import type { LogLine } from '@gantry/core/api'
import { useEffect, useReducer, useRef, useState } from 'react'
import { onLive } from '../live/live.ts'
import { asError } from '../ui/refusal.tsx'
import { LogBuffer } from './log-buffer.ts'
import { logPages } from './log-pages.ts'
import { logTail } from './log-tail.ts'

export interface JobLog {
  buffer: LogBuffer
  isLoading: boolean
  error: Error | null
  reload: () => void
}

/** A job's output: what is stored, page by page, then what the stream brings, put on the screen once a frame. */
export function useJobLog(run: string, job: string): JobLog {
  const [, paint] = useReducer((count: number) => count + 1, 0)
  const [attempt, reload] = useReducer((count: number) => count + 1, 0)
  const [state, setState] = useState<{ isLoading: boolean; error: Error | null }>({ isLoading: true, error: null })
  const name = `${run} ${job} ${attempt}`
  const held = useRef<{ name: string; buffer: LogBuffer }>({ name: '', buffer: new LogBuffer() })
  if (held.current.name !== name) held.current = { name, buffer: new LogBuffer() }
  const { buffer } = held.current

  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` makes it start again
  useEffect(() => {
    const stop = new AbortController()
    let frame = 0
    const paintSoon = () => {
      cancelAnimationFrame(frame)
      frame = requestAnimationFrame(paint)
    }
    const tail = logTail({
      buffer,
      load: after => logPages(run, job, after, stop.signal),
      onChange: paintSoon,
      onLoaded: cause => setState({ isLoading: false, error: cause === null ? null : asError(cause) }),
    })
    setState({ isLoading: true, error: null })
    tail.catchUp()
    const unsubscribe = onLive(({ topic, key, part, lines }) => {
      if (topic !== 'run-log' || key !== run || part !== job || !lines) return
      tail.hear(lines as LogLine[])
    })
    const onVisible = () => document.visibilityState === 'visible' && tail.catchUp()
    document.addEventListener('visibilitychange', onVisible)
    return () => {
      tail.stop()
      stop.abort()
      unsubscribe()
      cancelAnimationFrame(frame)
      document.removeEventListener('visibilitychange', onVisible)
    }
  }, [run, job, attempt, buffer])
  return { buffer, ...state, reload }
}
