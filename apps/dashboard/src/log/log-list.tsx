import type { ServiceLine } from '@gantry/core/api'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { LogRegion } from '../run/log-region.tsx'
import { useFollow } from '../run/use-follow.ts'
import { Button } from '../ui/button.tsx'
import { useKeys } from '../ui/keys.ts'
import { day, type Zone } from '../ui/time.ts'
import { type Column, columnsOf } from './columns.ts'
import { ColumnCells, LineCells } from './log-cells.tsx'
import type { Logs } from './use-line-search.ts'

const rowPx = 20

interface Props {
  logs: Logs
  zone: Zone
  opened: string | null
  isLive: boolean
  /** Names of fields; empty: what a line is as a whole. */
  columns: readonly string[]
  onOpen: (line: ServiceLine | null) => void
  /** Whether somebody reads further up, so that nothing may be taken from there. */
  onReading: (isReading: boolean) => void
}

/** Oldest first, appended below; what one reads stays where it is. */
export function LogList({ logs, zone, opened, isLive, columns: names, onOpen, onReading }: Props) {
  const { lines } = logs
  const columns = useColumns(names, lines)
  const headPx = columns.length > 0 ? rowPx : 0
  const scroller = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState(0)
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 20,
    useFlushSync: false,
    scrollMargin: headPx,
    scrollPaddingStart: headPx,
    getItemKey: index => lines[index]?.id ?? index,
  })
  const cameFor = useRef(opened)
  const follow = useFollow({ scroller, size: lines.length, startsOn: isLive && cameFor.current === null })
  useEffect(() => onReading(isLive && !follow.isOn), [isLive, follow.isOn, onReading])
  useStart(lines, opened, (index, align) => {
    rows.scrollToIndex(index, { align })
    setActive(index)
  })
  useKept(lines, scroller)
  const walk = useWalk({
    ...{ scroller, last: lines.length - 1, active, setActive, begin: follow.stop },
    scrollTo: index => rows.scrollToIndex(index, { align: 'auto' }),
  })
  useKeys({ j: () => walk(1), k: () => walk(-1), l: follow.start })
  const first = lines[rows.range?.startIndex ?? 0]
  return (
    <section aria-label="Lines" className="relative min-w-0 rounded-8 border border-edge bg-surface">
      <Heading first={first} zone={zone} onOlder={logs.hasOlder ? logs.older : undefined} />
      <LogRegion {...{ scroller, follow }} isMore={logs.isHeldBack} label="Log lines" className="h-[60dvh] min-h-60">
        {columns.length > 0 && <ColumnHeads columns={columns} />}
        {/* biome-ignore lint/a11y/useSemanticElements: rows of a virtual list say their position themselves */}
        <div
          role="list"
          aria-label="Lines, oldest first"
          className="relative"
          translate="no"
          style={{ height: rows.getTotalSize(), minWidth: 'max-content' }}
        >
          {rows.getVirtualItems().map(item => {
            const line = lines[item.index]
            return (
              line && (
                <LogRow
                  key={item.key}
                  {...{ line, zone, columns, index: item.index, total: lines.length, start: item.start - headPx }}
                  isActive={item.index === active}
                  isOpened={line.id === opened}
                  onFocus={() => setActive(item.index)}
                  onOpen={() => {
                    // What is read stays where it is.
                    follow.stop()
                    onOpen(line.id === opened ? null : line)
                  }}
                  onWalk={walk}
                />
              )
            )
          })}
        </div>
      </LogRegion>
    </section>
  )
}

/** Measured again only when others are chosen or read: what comes in live does not move what stands. */
function useColumns(names: readonly string[], lines: readonly ServiceLine[]): Column[] {
  const isRead = lines.length > 0
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  return useMemo(() => columnsOf(names, lines), [names.join(), isRead])
}

/** By j, k and the arrows, from row to row. */
function useWalk(parts: {
  scroller: React.RefObject<HTMLDivElement | null>
  last: number
  active: number
  setActive: (index: number) => void
  begin: () => void
  scrollTo: (index: number) => void
}): (by: number) => void {
  const { scroller, last, active, setActive, begin, scrollTo } = parts
  return by => {
    const index = Math.min(last, Math.max(0, active + by))
    begin()
    setActive(index)
    scrollTo(index)
    const row = () => scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)
    requestAnimationFrame(() => row()?.focus({ preventScroll: true }))
  }
}

/** `row` makes it as high without the button as with it, whose coming would move what is read. */
function Heading({
  first,
  zone,
  onOlder,
}: {
  first: ServiceLine | undefined
  zone: Zone
  onOlder: (() => void) | undefined
}) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-2 border-edge border-b px-3 py-1 text-12 text-muted">
      <span className="row flex items-center">
        {first && day(first.at, zone)}, {zone === 'utc' ? 'UTC' : 'local time'}
      </span>
      {onOlder && <Button onClick={onOlder}>Show older lines</Button>}
    </div>
  )
}

/** Stays at the top while the lines below it are scrolled. */
function ColumnHeads({ columns }: { columns: readonly Column[] }) {
  return (
    <div
      data-heads
      className="sticky top-0 z-10 flex w-full min-w-max gap-3 whitespace-pre bg-sunken px-3 font-mono text-12 text-muted leading-5"
      style={{ height: rowPx }}
    >
      {columns.map(({ name, width }) => (
        <span key={name} className="shrink-0 truncate" style={{ width: `${width}ch` }}>
          {name}
        </span>
      ))}
    </div>
  )
}

interface RowProps {
  line: ServiceLine
  zone: Zone
  columns: readonly Column[]
  index: number
  total: number
  /** Pixels from the top of the list. */
  start: number
  isActive: boolean
  isOpened: boolean
  onFocus: () => void
  onOpen: () => void
  onWalk: (by: number) => void
}

function LogRow(props: RowProps) {
  const { line, zone, columns, index, total, start, isActive, isOpened, onFocus, onOpen, onWalk } = props
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows of a virtual list say their position themselves
    <div
      role="listitem"
      aria-setsize={total}
      aria-posinset={index + 1}
      className="absolute top-0 left-0 w-full"
      style={{ height: rowPx, transform: `translateY(${start}px)` }}
    >
      <button
        type="button"
        data-index={index}
        tabIndex={isActive ? 0 : -1}
        aria-expanded={isOpened}
        onFocus={onFocus}
        onClick={onOpen}
        onKeyDown={event => {
          const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
          if (by) event.preventDefault()
          if (by) onWalk(by)
        }}
        className={`flex h-5 w-full gap-3 whitespace-pre px-3 text-left font-mono text-12 leading-5 hover:bg-page ${isOpened ? 'bg-waiting-tint' : ''}`}
      >
        {columns.length > 0 ? <ColumnCells {...{ line, zone, columns }} /> : <LineCells line={line} zone={zone} />}
      </button>
    </div>
  )
}

/** Where reading begins, once there are lines: at the one that is opened, else at the newest. */
function useStart(
  lines: ServiceLine[],
  opened: string | null,
  begin: (index: number, align: 'center' | 'end') => void,
): void {
  const isFirst = useRef(true)
  useEffect(() => {
    if (!isFirst.current || lines.length === 0) return
    isFirst.current = false
    const at = lines.findIndex(({ id }) => id === opened)
    begin(at === -1 ? lines.length - 1 : at, at === -1 ? 'end' : 'center')
  })
}

/** Lines put in front (older ones) or taken from the front must not move what is being read. */
function useKept(lines: ServiceLine[], scroller: React.RefObject<HTMLDivElement | null>): void {
  const before = useRef(lines)
  useLayoutEffect(() => {
    const old = before.current
    before.current = lines
    const element = scroller.current
    const [oldFirst, newFirst] = [old[0], lines[0]]
    if (!element || !oldFirst || !newFirst || oldFirst.id === newFirst.id) return
    const added = lines.findIndex(({ id }) => id === oldFirst.id)
    const removed = added === -1 ? old.findIndex(({ id }) => id === newFirst.id) : 0
    if (added > 0) element.scrollTop += added * rowPx
    else if (removed > 0) element.scrollTop -= removed * rowPx
  }, [lines, scroller])
}
