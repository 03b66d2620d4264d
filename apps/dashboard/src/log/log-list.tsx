import type { ServiceLine } from '@gantry/core/api'
import { fieldsText, shortSha } from '@gantry/core/words'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { LogRegion } from '../run/log-region.tsx'
import { useFollow } from '../run/use-follow.ts'
import { Button } from '../ui/button.tsx'
import { useKeys } from '../ui/keys.ts'
import { logLevelFaces } from '../ui/state.ts'
import { roleText } from '../ui/state-mark.tsx'
import { clock, day, type Zone } from '../ui/time.ts'
import type { Logs } from './use-line-search.ts'

const rowPx = 20

interface Props {
  logs: Logs
  zone: Zone
  opened: string | null
  isLive: boolean
  onOpen: (line: ServiceLine | null) => void
}

/** Oldest first, appended below; what one reads stays where it is. */
export function LogList({ logs, zone, opened, isLive, onOpen }: Props) {
  const { lines } = logs
  const scroller = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState(0)
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 20,
    useFlushSync: false,
    getItemKey: index => lines[index]?.id ?? index,
  })
  const cameFor = useRef(opened)
  const follow = useFollow({ scroller, size: lines.length, startsOn: isLive && cameFor.current === null })
  const open = (line: ServiceLine) => {
    // What is read stays where it is.
    follow.stop()
    onOpen(line.id === opened ? null : line)
  }
  useStart(lines, opened, (index, align) => {
    rows.scrollToIndex(index, { align })
    setActive(index)
  })
  useKept(lines, scroller)
  const goTo = (index: number) => {
    follow.stop()
    setActive(index)
    rows.scrollToIndex(index, { align: 'auto' })
    const row = () => scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)
    requestAnimationFrame(() => row()?.focus({ preventScroll: true }))
  }
  const walk = (by: number) => goTo(Math.min(lines.length - 1, Math.max(0, active + by)))
  useKeys({ j: () => walk(1), k: () => walk(-1), l: follow.start })
  const first = lines[rows.range?.startIndex ?? 0]
  return (
    <section aria-label="Lines" className="relative min-w-0 rounded-8 border border-edge bg-surface">
      <Heading first={first} zone={zone} onOlder={logs.hasOlder ? logs.older : undefined} />
      <LogRegion {...{ scroller, follow }} label="Log lines" className="h-[60dvh] min-h-60">
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
                  {...{ line, zone, index: item.index, total: lines.length, start: item.start }}
                  isActive={item.index === active}
                  isOpened={line.id === opened}
                  onFocus={() => setActive(item.index)}
                  onOpen={() => open(line)}
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

interface RowProps {
  line: ServiceLine
  zone: Zone
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

function LogRow({ line, zone, index, total, start, isActive, isOpened, onFocus, onOpen, onWalk }: RowProps) {
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
        <Cells line={line} zone={zone} />
      </button>
    </div>
  )
}

function Cells({ line, zone }: { line: ServiceLine; zone: Zone }) {
  const face = logLevelFaces[line.level]
  return (
    <>
      <time dateTime={line.at} className="text-muted">
        {clock(line.at, { zone, millis: true })}
      </time>
      <span className={`w-10 shrink-0 ${roleText[face.role]} ${face.role === 'bad' ? 'font-semibold' : ''}`}>
        {face.word}
      </span>
      <span className="w-20 shrink-0 truncate text-muted max-sm:hidden">{line.service}</span>
      <span className="w-14 shrink-0 text-muted max-sm:hidden">{line.release && shortSha(line.release)}</span>
      <span>{line.message.split('\n')[0]?.slice(0, 600)}</span>
      <span className="text-muted">{fieldsText(line).slice(0, 600)}</span>
    </>
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
