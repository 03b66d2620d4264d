import type { LogSurroundings, ServiceLine } from '@gantry/core/api'
import { useLayoutEffect, useRef } from 'react'
import { Button, Toggle } from '../ui/button.tsx'
import { logLevelFaces } from '../ui/state.ts'
import { roleText } from '../ui/state-mark.tsx'
import { clock, type Zone } from '../ui/time.ts'

interface Props {
  line: ServiceLine
  /** Null: not read yet. */
  found: LogSurroundings | null
  zone: Zone
  of: 'service' | 'instance'
  onOf: (of: 'service' | 'instance') => void
  /** Null: more are not shown here. */
  onMore: (() => void) | null
  isReading: boolean
  onOpen: (line: ServiceLine) => void
}

/** What the service wrote before and after the line, the line itself in the middle. */
export function LinesAround({ line, found, zone, of, onOf, onMore, isReading, onOpen }: Props) {
  const near = found ? [...found.before, found.line, ...found.after] : [line]
  const list = useRef<HTMLOListElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: more lines before it move it away
  useLayoutEffect(() => {
    const own = list.current?.querySelector<HTMLElement>('[data-own]')
    if (list.current && own)
      list.current.scrollTop = own.offsetTop - list.current.offsetTop - list.current.clientHeight / 2
  }, [line.id, near.length])
  return (
    <section aria-label="Lines around it" className="mt-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="font-semibold">Around it in {of === 'instance' ? found?.instance?.value : line.service}</h3>
        {found?.instance && (
          <Toggle on={of === 'instance'} onClick={() => onOf(of === 'instance' ? 'service' : 'instance')}>
            Only {found.instance.name} {found.instance.value.slice(0, 16)}
          </Toggle>
        )}
      </div>
      <ol
        ref={list}
        aria-busy={isReading}
        className="mt-1 max-h-72 overflow-auto rounded-4 border border-edge font-mono text-12 leading-5"
      >
        {near.map(each => (
          <li
            key={each.id}
            {...(each.id === line.id && { 'data-own': true, 'aria-current': true })}
            className={each.id === line.id ? 'bg-waiting-tint' : ''}
          >
            <button
              type="button"
              className="flex w-full items-center gap-2 whitespace-pre px-1 text-left hover:bg-sunken pointer-coarse:min-h-11"
              onClick={() => onOpen(each)}
            >
              <span className="text-muted">{clock(each.at, { zone })}</span>
              <span className={`w-10 shrink-0 ${roleText[logLevelFaces[each.level].role]}`}>{each.level}</span>
              <span>{each.message.split('\n')[0]?.slice(0, 400)}</span>
            </button>
          </li>
        ))}
      </ol>
      {found && (
        <p className="mt-1 flex flex-wrap items-center justify-between gap-2 text-12 text-muted">
          <span>
            {found.before.length} before, {found.after.length} after
          </span>
          {onMore && <Button onClick={onMore}>Show more around it</Button>}
        </p>
      )}
    </section>
  )
}
