import type { LogPage } from '@gantry/core/api'
import { counted } from '@gantry/core/words'
import { clock, duration } from '../ui/time.ts'

/** Lines over time, failures darker. A bar narrows the range to its time. */
export function Histogram({
  bars,
  barMs,
  countedFrom,
  onRange,
}: {
  bars: LogPage['histogram']
  barMs: number
  /** Bars before that are not counted; null: all are. */
  countedFrom: string | null
  onRange: (from: string, to: string) => void
}) {
  const first = bars[0]
  // As high as with bars: their coming must not move what is read.
  if (!first) return <div className="h-16" />
  const top = Math.max(1, ...bars.map(({ total }) => total))
  return (
    <fieldset className="min-w-0">
      <legend className="sr-only">Lines over time; choose a bar to look closer</legend>
      <div className="flex h-12 items-end gap-px">
        {bars.map(({ at, total, errors }, index) => {
          const to = new Date(Date.parse(at) + barMs).toISOString()
          const isCounted = countedFrom === null || at >= countedFrom
          const said = isCounted ? `${counted(total, 'line')}, ${counted(errors, 'error')}` : 'not counted'
          return (
            <button
              key={at}
              type="button"
              tabIndex={index === 0 ? 0 : -1}
              aria-label={`${clock(at)} UTC: ${said}`}
              data-tip={`${clock(at)} to ${clock(to)} UTC\n${said}`}
              onClick={() => onRange(at, to)}
              onKeyDown={event => {
                const next =
                  event.key === 'ArrowRight'
                    ? 'nextElementSibling'
                    : event.key === 'ArrowLeft'
                      ? 'previousElementSibling'
                      : null
                const sibling = next && event.currentTarget[next]
                if (sibling instanceof HTMLElement) sibling.focus()
              }}
              className="flex h-full min-w-0 flex-1 flex-col justify-end hover:bg-sunken"
            >
              <span className="bar w-full bg-bad-solid" style={{ height: `${(errors / top) * 100}%` }} />
              <span
                className={`bar w-full ${total === 0 ? 'bg-edge' : 'bg-unknown-solid'}`}
                style={{ height: total === 0 ? 1 : `${(Math.max(0, total - errors) / top) * 100}%` }}
              />
            </button>
          )
        })}
      </div>
      <p className="flex justify-between text-12 text-muted">
        <span>{clock(first.at)} UTC</span>
        <span>
          a bar is {duration(barMs)}
          {countedFrom !== null && `, counted from ${clock(countedFrom)} UTC on: more would take too long`}
        </span>
        <span>{clock(bars.at(-1)?.at ?? first.at)} UTC</span>
      </p>
    </fieldset>
  )
}
