import type { LogPage } from '@gantry/core/api'
import { counted } from '@gantry/core/words'
import { type KeyboardEvent, type MouseEvent, type PointerEvent, useRef, useState } from 'react'
import { clock, duration } from '../ui/time.ts'
import { type Chosen, isWithin, timesOf } from './chosen-bars.ts'

interface Props {
  bars: LogPage['histogram']
  barMs: number
  /** Bars before that are not counted; null: all are. */
  countedFrom: string | null
  onRange: (from: string, to: string) => void
  /** Null where the range is not narrowed. */
  onWider: (() => void) | null
}

/** Lines over time, failures darker. A bar, or several that are drawn over, narrow the range to their time. */
export function Histogram({ bars, barMs, countedFrom, onRange, onWider }: Props) {
  const choice = useChosenBars(bars, barMs, onRange)
  const first = bars[0]
  // As high as with bars: their coming must not move what is read.
  if (!first) return <div className="h-16" />
  const top = Math.max(1, ...bars.map(({ total }) => total))
  return (
    <fieldset className="min-w-0">
      <legend className="sr-only">
        Lines over time. Enter looks closer at a bar; Shift with an arrow chooses several, and Escape none
      </legend>
      <div {...choice.area} className="flex h-12 touch-pan-y select-none items-end gap-px">
        {bars.map((bar, index) => (
          <BarButton
            key={bar.at}
            {...{ bar, barMs, top, isCounted: countedFrom === null || bar.at >= countedFrom }}
            isChosen={isWithin(choice.chosen, index)}
            tabIndex={index === choice.active ? 0 : -1}
          />
        ))}
      </div>
      <p className="flex items-baseline justify-between gap-2 text-12 text-muted">
        <span>{clock(first.at)} UTC</span>
        <span role="status" className="text-center">
          {choice.chosen
            ? said(timesOf(bars, barMs, choice.chosen))
            : `a bar is ${duration(barMs)}${countedFrom === null ? '' : `, counted from ${clock(countedFrom)} UTC on: more would take too long`}`}
        </span>
        <span className="flex items-baseline gap-2">
          {onWider && (
            <button type="button" onClick={onWider} className="link">
              Zoom out
            </button>
          )}
          {clock(bars.at(-1)?.at ?? first.at)} UTC
        </span>
      </p>
    </fieldset>
  )
}

const said = ({ from, to }: { from: string; to: string }) => `${clock(from)} to ${clock(to)} UTC`

interface BarProps {
  bar: LogPage['histogram'][number]
  barMs: number
  top: number
  isCounted: boolean
  isChosen: boolean
  tabIndex: number
}

function BarButton({ bar: { at, total, errors }, barMs, top, isCounted, isChosen, tabIndex }: BarProps) {
  const to = new Date(Date.parse(at) + barMs).toISOString()
  const text = isCounted ? `${counted(total, 'line')}, ${counted(errors, 'error')}` : 'not counted'
  return (
    <button
      type="button"
      tabIndex={tabIndex}
      aria-label={`${clock(at)} UTC: ${text}`}
      aria-pressed={isChosen}
      data-tip={`${clock(at)} to ${clock(to)} UTC\n${text}`}
      className={`flex h-full min-w-0 flex-1 flex-col justify-end ${isChosen ? 'bg-waiting-tint' : 'hover:bg-sunken'}`}
    >
      <span className="bar w-full bg-bad-solid" style={{ height: `${(errors / top) * 100}%` }} />
      <span
        className={`bar w-full ${total === 0 ? 'bg-edge' : 'bg-unknown-solid'}`}
        style={{ height: total === 0 ? 1 : `${(Math.max(0, total - errors) / top) * 100}%` }}
      />
    </button>
  )
}

/** Bars are chosen by drawing over them, or by arrows with Shift; a click or Enter on one that is not chosen takes that alone. */
function useChosenBars(bars: Props['bars'], barMs: number, onRange: Props['onRange']) {
  const [chosen, setChosen] = useState<Chosen | null>(null)
  const [active, setActive] = useState(0)
  const begun = useRef<number | null>(null)
  const take = (range: Chosen) => {
    setChosen(null)
    const { from, to } = timesOf(bars, barMs, range)
    onRange(from, to)
  }
  const barAt = ({ currentTarget, clientX }: PointerEvent<HTMLElement>): number => {
    const { left, width } = currentTarget.getBoundingClientRect()
    const index = Math.floor(((clientX - left) / Math.max(1, width)) * bars.length)
    return Math.min(bars.length - 1, Math.max(0, index))
  }
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (by !== 0) {
      event.preventDefault()
      const next = Math.min(bars.length - 1, Math.max(0, active + by))
      setActive(next)
      setChosen(event.shiftKey ? { begin: chosen?.begin ?? active, end: next } : null)
      const button = event.currentTarget.children[next]
      if (button instanceof HTMLElement) button.focus()
    } else if (event.key === 'Escape' && chosen) {
      event.preventDefault()
      setChosen(null)
    }
  }
  return {
    chosen,
    active: Math.min(active, Math.max(0, bars.length - 1)),
    area: {
      onKeyDown,
      // By a key, or whoever stands in for one: a pointer has done its part when it is up.
      onClick: (event: MouseEvent<HTMLElement>) => {
        if (event.detail === 0) take(chosen ?? { begin: active, end: active })
      },
      onPointerDown: (event: PointerEvent<HTMLElement>) => {
        if (event.button !== 0) return
        begun.current = barAt(event)
        event.currentTarget.setPointerCapture(event.pointerId)
        setActive(begun.current)
        setChosen({ begin: begun.current, end: begun.current })
      },
      onPointerMove: (event: PointerEvent<HTMLElement>) => {
        if (begun.current !== null) setChosen({ begin: begun.current, end: barAt(event) })
      },
      onPointerUp: (event: PointerEvent<HTMLElement>) => {
        if (begun.current === null) return
        const range = { begin: begun.current, end: barAt(event) }
        begun.current = null
        take(range)
      },
      // The page is scrolled instead, by a finger.
      onPointerCancel: () => {
        begun.current = null
        setChosen(null)
      },
    },
  }
}
