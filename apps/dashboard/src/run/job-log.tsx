import type { JobState } from '@gantry/core/api'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import { useKeys } from '../ui/keys.ts'
import { Refusal } from '../ui/refusal.tsx'
import { clock } from '../ui/time.ts'
import { ansi } from './ansi.tsx'
import { LogRegion } from './log-region.tsx'
import { LogTools } from './log-tools.tsx'
import { useFollow } from './use-follow.ts'
import type { JobLog } from './use-job-log.ts'

const rowPx = 20

export interface JobLogProps {
  job: JobState
  log: JobLog
  rawHref: string
  /** What of the log is copied: the chosen step, or all of it. */
  copied: { name: string; text: () => Promise<string> }
  /** The line the address names. */
  line: number | null
  onLine: (line: { seq: number; step: number }) => void
}

/** Output of a job: virtual rows of fixed height, so that a hundred thousand lines open at once. */
export function JobLogView({ job, log, rawHref, copied, line, onLine }: JobLogProps) {
  const { buffer } = log
  const scroller = useRef<HTMLDivElement>(null)
  const [isWrapped, setWrapped] = useState(false)
  const [hasTimes, setTimes] = useState(false)
  const rows = useVirtualizer({
    count: buffer.size,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 24,
    useFlushSync: false,
    getItemKey: index => buffer.at(index)?.seq ?? index,
  })
  const isRunning = job.status === 'in_progress'
  const follow = useFollow({ scroller, size: buffer.size, startsOn: isRunning && line === null })
  const show = (index: number) => {
    follow.stop()
    rows.scrollToIndex(index, { align: 'center' })
    // The log itself may reach below the window, and the line with it.
    requestAnimationFrame(() => {
      const row = scroller.current?.querySelector(`[data-index="${index}"]`)
      if (row && row.getBoundingClientRect().bottom > window.innerHeight)
        scroller.current?.scrollIntoView({ block: 'nearest' })
    })
  }
  const search = useLogSearch(buffer, show)
  useNamedLine(line === null ? -1 : buffer.indexOf(line), `${job.id} ${line}`, show)
  useKeys({ l: follow.start, w: () => setWrapped(wrapped => !wrapped) })
  return (
    <div className="relative flex min-h-0 flex-col">
      <LogTools
        {...{ isWrapped, setWrapped, hasTimes, setTimes, rawHref, copied }}
        {...search.tools}
        isFollowing={follow.isOn}
        onFollow={() => (follow.isOn ? follow.stop() : follow.start())}
      />
      {log.error && <Refusal error={log.error} onRetry={log.reload} />}
      {buffer.dropped > 0 && (
        <p className="px-3 py-1 text-12 text-muted">{buffer.dropped} older lines are in Raw only</p>
      )}
      <LogRegion
        {...{ scroller, follow }}
        label={`Log of ${job.name}`}
        className="h-[calc(100dvh-33rem)] min-h-80 bg-surface"
      >
        <div
          className="relative w-full"
          style={{ height: rows.getTotalSize(), minWidth: isWrapped ? undefined : 'max-content' }}
          translate="no"
        >
          {rows.getVirtualItems().map(item => {
            const entry = buffer.at(item.index)
            if (!entry) return null
            return (
              <LogRow
                key={item.key}
                {...{ entry, isWrapped, hasTimes, onLine, index: item.index, start: item.start }}
                isStepStart={item.index > 0 && buffer.at(item.index - 1)?.step !== entry.step}
                tone={entry.seq === line ? 'bg-warn-tint' : search.toneOf(item.index)}
                measure={isWrapped ? rows.measureElement : undefined}
              />
            )
          })}
        </div>
        {buffer.size === 0 && (
          <p className="late p-3 text-muted">{log.isLoading ? 'Loading the log' : 'This job wrote nothing yet.'}</p>
        )}
      </LogRegion>
    </div>
  )
}

/** Shows the line that the address names, once it is there and not again with each new line. */
function useNamedLine(index: number, name: string, show: (index: number) => void): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: whether it is there counts, not where
  useEffect(() => {
    if (index >= 0) show(index)
  }, [index >= 0, name])
}

/** What is looked for in the log: where it stands, which of them one is at, and the way to the next. */
function useLogSearch(buffer: JobLog['buffer'], show: (index: number) => void) {
  const [sought, setSought] = useState('')
  const wanted = useDeferredValue(sought)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the size stands for the content of the buffer
  const found = useMemo(() => buffer.find(wanted), [buffer, buffer.lastSeq, wanted])
  const hits = useMemo(() => new Set(found), [found])
  const [at, setAt] = useState(0)
  const seek = (by: number) => {
    if (found.length === 0) return
    const next = (at + by + found.length) % found.length
    setAt(next)
    show(found[next] ?? 0)
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new search starts at its first hit
  useEffect(() => {
    setAt(0)
    if (found[0] !== undefined) show(found[0])
  }, [wanted, found.length > 0])
  const toneOf = (index: number): string => {
    if (found[at] === index && wanted) return 'bg-waiting-tint outline outline-1 outline-accent -outline-offset-1'
    return hits.has(index) ? 'bg-waiting-tint' : ''
  }
  return { tools: { sought, setSought, seek, found: { at, total: found.length } }, toneOf }
}

interface RowProps {
  entry: { seq: number; step: number; at: string; text: string }
  index: number
  start: number
  isStepStart: boolean
  isWrapped: boolean
  hasTimes: boolean
  tone: string
  measure: ((element: HTMLElement | null) => void) | undefined
  onLine: JobLogProps['onLine']
}

function LogRow({ entry, index, start, isStepStart, isWrapped, hasTimes, tone, measure, onLine }: RowProps) {
  return (
    <div
      data-index={index}
      ref={measure}
      className={`absolute top-0 left-0 flex min-h-5 w-full font-mono text-12 leading-5 ${isStepStart ? 'border-edge border-t' : ''} ${tone}`}
      style={{ transform: `translateY(${start}px)`, height: isWrapped ? undefined : rowPx }}
    >
      <button
        type="button"
        tabIndex={-1}
        aria-label={`Line ${entry.seq}`}
        onClick={() => onLine(entry)}
        className="w-14 shrink-0 select-none pr-3 text-right text-muted hover:text-accent"
      >
        {entry.seq}
      </button>
      {hasTimes && (
        <time dateTime={entry.at} className="shrink-0 pr-3 text-muted">
          {clock(entry.at)}
        </time>
      )}
      <span className={`pr-4 ${isWrapped ? 'min-w-0 whitespace-pre-wrap break-words' : 'whitespace-pre'}`}>
        {ansi(entry.text)}
      </span>
    </div>
  )
}
