import { counted, spanTime } from '@gantry/core/words'
import { useNavigate } from '@tanstack/react-router'
import { ChevronDown, ChevronRight, OctagonX } from 'lucide-react'
import type { ReactNode } from 'react'
import { logLevelFaces } from '../ui/state.ts'
import { roleSolid, StateIcon } from '../ui/state-mark.tsx'
import type { WaterfallRow } from './waterfall-rows.ts'

interface Props {
  row: WaterfallRow
  /** How long the trace took: the width of the picture. */
  ms: number
  index: number
  lookOf: (service: string | null) => string
  isActive: boolean
  isChosen: boolean
  onFocus: () => void
  onFold: () => void
  onChoose: (span: string) => void
  onWalk: (by: number) => void
}

/** Deeper ones stand where these do: names must have room. */
const deepest = 12
const indentPx = 12

export function RowView({ row, ms, index, lookOf, isActive, isChosen, onFocus, onFold, onChoose, onWalk }: Props) {
  const navigate = useNavigate()
  const open = () => {
    if (row.kind === 'span') onChoose(row.span.id)
    else if (row.kind === 'event') void navigate({ to: '/issues/$issue', params: { issue: String(row.event.issue) } })
    else void navigate({ to: '/logs', search: { line: row.line.id, ...around(row.line.at) } })
  }
  const canFold = row.kind === 'span' && row.span.children > 0
  return (
    <div className={`flex h-full ${isChosen ? 'bg-waiting-tint' : 'hover:bg-page'}`}>
      <span
        className="flex w-2/5 shrink-0 items-center sm:w-1/3"
        style={{ paddingLeft: 4 + Math.min(row.depth, deepest) * indentPx }}
      >
        {canFold ? (
          <button
            type="button"
            tabIndex={-1}
            aria-label={`${row.hidden > 0 ? 'Show' : 'Fold away'} what is below ${row.span.name}`}
            onClick={onFold}
            className="flex h-full w-5 shrink-0 items-center justify-center text-muted"
          >
            {row.hidden > 0 ? <ChevronRight size={14} aria-hidden /> : <ChevronDown size={14} aria-hidden />}
          </button>
        ) : (
          <span className="w-5 shrink-0" />
        )}
        <button
          type="button"
          data-index={index}
          tabIndex={isActive ? 0 : -1}
          aria-label={spokenRow(row)}
          {...(row.kind === 'span' && { 'aria-pressed': isChosen })}
          onFocus={onFocus}
          onClick={open}
          onKeyDown={event => {
            const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
            const isFoldKey = canFold && (row.hidden > 0 ? event.key === 'ArrowRight' : event.key === 'ArrowLeft')
            if (by || isFoldKey) event.preventDefault()
            if (by) onWalk(by)
            else if (isFoldKey) onFold()
          }}
          className="flex h-full min-w-0 flex-1 items-center gap-1.5 text-left"
        >
          <Name row={row} />
        </button>
      </span>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the same act as of the button beside it, for the pointer */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: see above */}
      <span
        onClick={open}
        className="relative min-w-0 flex-1 cursor-pointer border-edge border-l bg-[linear-gradient(to_right,var(--edge)_1px,transparent_1px)] bg-[length:25%_100%]"
      >
        <Place row={row} ms={ms} lookOf={lookOf} />
      </span>
    </div>
  )
}

function Name({ row }: { row: WaterfallRow }): ReactNode {
  if (row.kind === 'event')
    return (
      <>
        <StateIcon face={logLevelFaces.error} size={13} />
        <span className="truncate font-semibold text-bad">{row.event.title}</span>
      </>
    )
  if (row.kind === 'line')
    return (
      <>
        <StateIcon face={logLevelFaces[row.line.level]} size={13} />
        <span className="truncate font-mono text-12 text-muted">{row.line.message.split('\n')[0]?.slice(0, 300)}</span>
      </>
    )
  const { span, hidden } = row
  return (
    <>
      {span.hasFailed && <OctagonX aria-hidden size={13} className="shrink-0 text-bad" />}
      {(span.missingParent !== null || span.isInCircle) && (
        <span aria-hidden className="shrink-0 text-warn" data-tip={apartWords(span)}>
          ⤷
        </span>
      )}
      <span className={`truncate ${span.hasFailed ? 'font-semibold text-bad' : ''}`}>
        {span.op && span.op !== span.name && <span className="font-normal text-muted max-sm:hidden">{span.op} </span>}
        {span.name}
      </span>
      {hidden > 0 && <span className="shrink-0 text-12 text-muted">+{hidden.toLocaleString('en-GB')}</span>}
    </>
  )
}

const apartWords = ({ missingParent, isInCircle }: (WaterfallRow & { kind: 'span' })['span']): string =>
  isInCircle ? 'What is above it leads back to it' : `Its parent ${missingParent} did not arrive`

/** What lies outside of the trace, by a clock that is off, stands at its edge. */
const within = (share: number): number => Math.min(1, Math.max(0, share))

function Place({ row, ms, lookOf }: Pick<Props, 'row' | 'ms' | 'lookOf'>) {
  const share = (at: number) => (ms === 0 ? 0 : within(at / ms))
  const left = share(row.startMs)
  if (row.kind !== 'span') {
    const face = row.kind === 'event' ? logLevelFaces.error : logLevelFaces[row.line.level]
    return (
      <>
        <span
          aria-hidden
          className={`bar absolute top-1/2 size-2.5 -translate-x-1/2 -translate-y-1/2 ${row.kind === 'event' ? 'rotate-45' : 'rounded-8'} ${roleSolid[face.role]}`}
          style={{ left: `clamp(5px, ${left * 100}%, 100% - 5px)` }}
        />
        <Beside left={left} right={left} text={`at ${row.startMs < 0 ? '−' : ''}${spanTime(Math.abs(row.startMs))}`} />
      </>
    )
  }
  const { span } = row
  const right = share(span.startMs + span.ms)
  return (
    <>
      <span
        aria-hidden
        className={`bar absolute top-1/2 h-3.5 min-w-0.5 -translate-y-1/2 rounded-[2px] ${lookOf(span.service)} ${span.hasFailed ? 'outline-2 outline-bad-solid' : ''}`}
        style={{ left: `min(${left * 100}%, 100% - 2px)`, width: `${(right - left) * 100}%` }}
      />
      <Beside left={left} right={right} text={spanTime(span.ms)} />
    </>
  )
}

/** Where there is more room: behind the bar, before it, or on it with a ground of its own. */
function Beside({ left, right, text }: { left: number; right: number; text: string }) {
  const look =
    'pointer-events-none absolute top-1/2 -translate-y-1/2 whitespace-nowrap px-2 text-12 text-muted leading-4'
  if (right < 0.8)
    return (
      <span className={look} style={{ left: `${right * 100}%` }}>
        {text}
      </span>
    )
  if (left > 0.2)
    return (
      <span className={look} style={{ right: `${(1 - left) * 100}%` }}>
        {text}
      </span>
    )
  return <span className={`${look} right-1 rounded-4 bg-surface text-text`}>{text}</span>
}

function spokenRow(row: WaterfallRow): string {
  const at = `at ${spanTime(Math.max(0, row.startMs))}`
  if (row.kind === 'event') return `error ${row.event.title}, ${at}, issue ${row.event.issue}`
  if (row.kind === 'line')
    return `${row.line.level} line of ${row.line.service}: ${row.line.message.slice(0, 200)}, ${at}`
  const { span, hidden } = row
  return [
    `${span.op && span.op !== span.name ? `${span.op} ` : ''}${span.name}`,
    ...(span.service ? [span.service] : []),
    ...[spanTime(span.ms), at, `level ${row.depth + 1}`],
    ...(span.hasFailed ? ['failed'] : []),
    ...(span.missingParent !== null || span.isInCircle ? [apartWords(span)] : []),
    ...(hidden > 0 ? [`${counted(hidden, 'span')} folded away`] : []),
  ].join(', ')
}

function around(at: string): { from: string; to: string } {
  const instant = (by: number) => new Date(Date.parse(at) + by).toISOString()
  return { from: instant(-60_000), to: instant(60_000) }
}
