import type { ServiceLine } from '@gantry/core/api'
import { fieldsText, shortSha } from '@gantry/core/words'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
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
  const isFirst = useRef(true)
  useEffect(() => {
    if (!isFirst.current || lines.length === 0) return
    isFirst.current = false
    const at = lines.findIndex(({ id }) => id === opened)
    rows.scrollToIndex(at === -1 ? lines.length - 1 : at, { align: at === -1 ? 'end' : 'center' })
    setActive(at === -1 ? lines.length - 1 : at)
  }, [lines, opened, rows])
  useKept(lines, scroller)
  const walk = (by: number) => {
    const next = Math.min(lines.length - 1, Math.max(0, active + by))
    follow.stop()
    setActive(next)
    rows.scrollToIndex(next, { align: 'auto' })
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus({ preventScroll: true }),
    )
  }
  useKeys({ j: () => walk(1), k: () => walk(-1), l: follow.start })
  const first = lines[rows.range?.startIndex ?? 0]
  return (
    <section aria-label="Lines" className="relative min-w-0 rounded-8 border border-edge bg-surface">
      {/* `row` makes it as high without the button as with it, whose coming would move what is read. */}
      <div className="flex flex-wrap items-center justify-between gap-2 border-edge border-b px-3 py-1 text-12 text-muted">
        <span className="row flex items-center">
          {first && day(first.at, zone)}, {zone === 'utc' ? 'UTC' : 'local time'}
        </span>
        {logs.hasOlder && <Button onClick={logs.older}>Show older lines</Button>}
      </div>
      <div
        ref={scroller}
        onScroll={follow.onScroll}
        role="log"
        aria-live="off"
        aria-label="Log lines"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        className="h-[60dvh] min-h-60 overflow-auto [overflow-anchor:none]"
      >
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
                // biome-ignore lint/a11y/useSemanticElements: as above
                <div
                  key={item.key}
                  role="listitem"
                  aria-setsize={lines.length}
                  aria-posinset={item.index + 1}
                  className="absolute top-0 left-0 w-full"
                  style={{ height: rowPx, transform: `translateY(${item.start}px)` }}
                >
                  <button
                    type="button"
                    data-index={item.index}
                    tabIndex={item.index === active ? 0 : -1}
                    aria-expanded={line.id === opened}
                    onFocus={() => setActive(item.index)}
                    onClick={() => open(line)}
                    onKeyDown={event => {
                      const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
                      if (by) event.preventDefault()
                      if (by) walk(by)
                    }}
                    className={`flex h-5 w-full gap-3 whitespace-pre px-3 text-left font-mono text-12 leading-5 hover:bg-page ${line.id === opened ? 'bg-waiting-tint' : ''}`}
                  >
                    <Cells line={line} zone={zone} />
                  </button>
                </div>
              )
            )
          })}
        </div>
      </div>
      {follow.unseen > 0 && (
        <button
          type="button"
          onClick={follow.start}
          className="row absolute bottom-3 left-1/2 -translate-x-1/2 rounded-8 bg-waiting-solid px-3 font-semibold text-white shadow-layer"
        >
          {follow.unseen.toLocaleString('en-GB')} new lines ▾
        </button>
      )}
    </section>
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
