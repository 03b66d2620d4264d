import type { TraceView } from '@gantry/core/api'
import { counted, spanTime } from '@gantry/core/words'
import { getRouteApi } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react'
import { Toggle } from '../ui/button.tsx'
import { useKeys } from '../ui/keys.ts'
import { withSearch } from './trace-search.ts'
import { RowView } from './waterfall-row.tsx'
import { type WaterfallRow, waterfallRows } from './waterfall-rows.ts'

const route = getRouteApi('/traces/$trace')
/** Touch takes more room: see `row` of app.css. */
const rowPx = matchMedia('(pointer: coarse)').matches ? 44 : 28
const ticks = [0, 0.25, 0.5, 0.75] as const

interface Props {
  trace: TraceView
  lookOf: (service: string | null) => string
}

/** Spans by when they ran, each below the one that led to it, with the errors and lines at their place in time. */
export function Waterfall({ trace, lookOf }: Props) {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set())
  const [withLines, onlyFailed] = [search.lines !== 'no', search.only === 'failed']
  const rows = useMemo(
    () => waterfallRows(trace, { folded, withLines, onlyFailed }),
    [trace, folded, withLines, onlyFailed],
  )
  const choose = (chosen: Parameters<typeof withSearch>[1]) =>
    void navigate({ search: before => withSearch(before, chosen), replace: true, resetScroll: false })
  const fold = (key: string) =>
    setFolded(before =>
      before.has(key) ? new Set([...before].filter(each => each !== key)) : new Set([...before, key]),
    )
  return (
    <section aria-label="Waterfall" className="min-w-0 rounded-8 border border-edge bg-surface">
      <div className="flex flex-wrap items-center justify-between gap-2 border-edge border-b px-3 py-1">
        <span className="flex flex-wrap gap-1.5">
          <Toggle on={onlyFailed} onClick={() => choose({ only: onlyFailed ? undefined : 'failed' })}>
            Only what failed
          </Toggle>
          {trace.lines.length > 0 && (
            <Toggle on={withLines} onClick={() => choose({ lines: withLines ? 'no' : undefined })}>
              Log lines
            </Toggle>
          )}
        </span>
        <span className="text-12 text-muted">{counted(rows.length, 'row')}</span>
      </div>
      <Axis ms={trace.ms} />
      <Rows
        {...{ rows, lookOf, fold }}
        ms={trace.ms}
        chosen={search.span ?? null}
        onChoose={span => choose({ span: span === search.span ? undefined : span })}
      />
    </section>
  )
}

function Axis({ ms }: { ms: number }) {
  return (
    <div aria-hidden className="flex border-edge border-b text-12 text-muted leading-6">
      <span className="w-2/5 shrink-0 px-3 sm:w-1/3">span</span>
      <span className="relative min-w-0 flex-1">
        {ticks.map(at => (
          <span
            key={at}
            className={`absolute border-edge border-l pl-1 ${at === 0.25 || at === 0.75 ? 'max-sm:hidden' : ''}`}
            style={{ left: `${at * 100}%` }}
          >
            {spanTime(ms * at)}
          </span>
        ))}
        <span className="absolute right-0 pr-2">{spanTime(ms)}</span>
        <span className="invisible">0</span>
      </span>
    </div>
  )
}

interface RowsProps {
  rows: WaterfallRow[]
  ms: number
  lookOf: Props['lookOf']
  chosen: string | null
  fold: (key: string) => void
  onChoose: (span: string) => void
}

function Rows({ rows, ms, lookOf, chosen, fold, onChoose }: RowsProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 20,
    useFlushSync: false,
    getItemKey: index => rows[index]?.key ?? index,
  })
  const { active, setActive, walk } = useWalk(rows, scroller, virtual.scrollToIndex)
  useStart(rows, chosen, index => {
    virtual.scrollToIndex(index, { align: 'center' })
    setActive(index)
  })
  return (
    <section
      ref={scroller}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label="Spans"
      className="max-h-[65dvh] overflow-y-auto overflow-x-hidden"
    >
      {/* biome-ignore lint/a11y/useSemanticElements: rows of a virtual list say their position themselves */}
      <div
        role="list"
        aria-label="Spans, errors and lines"
        className="relative"
        style={{ height: virtual.getTotalSize() }}
      >
        {virtual.getVirtualItems().map(({ index, start, key }) => {
          const row = rows[index]
          return (
            row && (
              // biome-ignore lint/a11y/useSemanticElements: see above
              <div
                key={key}
                role="listitem"
                aria-setsize={rows.length}
                aria-posinset={index + 1}
                className="absolute top-0 left-0 w-full"
                style={{ height: rowPx, transform: `translateY(${start}px)` }}
              >
                <RowView
                  {...{ row, ms, index, lookOf, onChoose, onWalk: walk }}
                  isActive={index === active}
                  isChosen={row.kind === 'span' && row.span.id === chosen}
                  onFocus={() => setActive(index)}
                  onFold={() => fold(row.key)}
                />
              </div>
            )
          )
        })}
      </div>
    </section>
  )
}

/** One stop for the tabulator; from there up and down, and to the next failure. */
function useWalk(
  rows: WaterfallRow[],
  scroller: RefObject<HTMLDivElement | null>,
  scrollTo: (index: number, how: { align: 'auto' }) => void,
) {
  const [active, setActive] = useState(0)
  const goTo = (index: number) => {
    setActive(index)
    scrollTo(index, { align: 'auto' })
    const row = () => scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)
    requestAnimationFrame(() => row()?.focus({ preventScroll: true }))
  }
  const walk = (by: number) => goTo(Math.min(rows.length - 1, Math.max(0, active + by)))
  const nextFailure = () => {
    const places = rows.flatMap((row, index) => (hasFailed(row) ? [index] : []))
    const next = places.find(place => place > active) ?? places[0]
    if (next !== undefined) goTo(next)
  }
  useKeys({ j: () => walk(1), k: () => walk(-1), f: nextFailure })
  return { active: Math.min(active, rows.length - 1), setActive, walk }
}

const hasFailed = (row: WaterfallRow): boolean => row.kind === 'event' || (row.kind === 'span' && row.span.hasFailed)

/** A link leads to its span, once. */
function useStart(rows: WaterfallRow[], chosen: string | null, begin: (index: number) => void): void {
  const isFirst = useRef(true)
  useEffect(() => {
    if (!isFirst.current) return
    isFirst.current = false
    const at = rows.findIndex(row => row.kind === 'span' && row.span.id === chosen)
    if (chosen !== null && at > 0) begin(at)
  })
}
