import type { EventDetails, EventView } from '@gantry/core/api'
import { Toggle } from '../ui/button.tsx'
import { Facts } from './event-report.tsx'
import { rawTrace } from './issue-markdown.ts'

type FrameView = EventView['exceptions'][number]['frames'][number] & { variables: Record<string, string> | null }
type ExceptionView = Omit<EventView['exceptions'][number], 'frames'> & { frames: FrameView[] }

export type StackMode = 'yours' | 'all' | 'raw'
const modes: readonly (readonly [StackMode, string])[] = [
  ['yours', 'Your code'],
  ['all', 'All'],
  ['raw', 'Raw'],
]

/** The failing frame first, in every mode; frames of libraries fold away. */
export function StackTrace(props: {
  event: EventView
  /** By exception and frame. */
  variables: EventDetails['variables']
  mode: StackMode
  onMode: (mode: StackMode) => void
}) {
  const { event, variables, mode, onMode } = props
  return (
    <section aria-label="Stack trace">
      <div className="flex items-center gap-1.5 border-edge border-b px-3 py-1">
        {modes.map(([name, label]) => (
          <Toggle key={name} on={mode === name} onClick={() => onMode(name)}>
            {label}
          </Toggle>
        ))}
      </div>
      {mode === 'raw' ? (
        <section
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
          tabIndex={0}
          aria-label="Raw stack trace"
          className="max-h-[60dvh] overflow-auto p-3"
        >
          <pre>{rawTrace(event)}</pre>
        </section>
      ) : (
        event.exceptions
          .map(({ frames, ...exception }, index) => ({
            ...exception,
            frames: frames.map((frame, at) => ({ ...frame, variables: variables[index]?.[at] ?? null })),
          }))
          .toReversed()
          .map((exception, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: causes of one event never move
            <Exception key={index} exception={exception} isCause={index > 0} isAll={mode === 'all'} />
          ))
      )}
      {event.exceptions.length === 0 && (
        <p className="p-3 text-muted">{event.message ?? 'This event has no exception.'}</p>
      )}
    </section>
  )
}

function Exception(props: { exception: ExceptionView; isCause: boolean; isAll: boolean }) {
  const { exception, isCause, isAll } = props
  const frames = exception.frames.toReversed()
  const hasOwn = frames.some(({ isInApp }) => isInApp)
  const shown = isAll || !hasOwn ? frames : frames.filter(({ isInApp }) => isInApp)
  const firstOwn = shown.findIndex(({ isInApp }) => isInApp)
  return (
    <div className="border-edge border-b last:border-0">
      <p className="break-words px-3 py-2">
        {isCause && <span className="text-muted">wrapped in </span>}
        <b className="font-semibold">{exception.type}</b>: {exception.value}{' '}
        {!exception.isHandled && <span className="text-bad">not handled</span>}
      </p>
      <ol>
        {shown.map((frame, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: frames of one event never move
          <FrameRow key={index} frame={frame} isOpen={index === Math.max(0, firstOwn)} />
        ))}
      </ol>
      {shown.length < frames.length && (
        <p className="px-3 py-1 text-12 text-muted">
          {frames.length - shown.length} frames of libraries are folded away
        </p>
      )}
    </div>
  )
}

function FrameRow({ frame, isOpen }: { frame: FrameView; isOpen: boolean }) {
  const { file, path, line, column, isInApp, context, variables } = frame
  const where = (
    <span className={`break-all ${isInApp ? 'font-semibold' : 'text-muted italic'}`} title={file}>
      {path ?? file}
      {line !== null && `:${line}${column === null ? '' : `:${column}`}`}{' '}
      <span className="font-normal text-muted not-italic">in {frame.function ?? 'an unnamed function'}</span>
    </span>
  )
  if (!context && !variables) return <li className="row border-edge border-t px-3 py-1.5 pl-7">{where}</li>
  return (
    <li className="border-edge border-t">
      <details open={isOpen}>
        <summary className="row cursor-pointer px-3 py-1.5">{where}</summary>
        {context && <Source context={context} line={line} of={path ?? file} />}
        {variables && (
          <details className="px-3 py-1 pl-7">
            <summary className="cursor-pointer text-12 text-muted">Variables</summary>
            <Facts facts={Object.entries(variables).map(([name, value]) => ({ name, value }))} />
          </details>
        )}
      </details>
    </li>
  )
}

function Source(props: { context: NonNullable<FrameView['context']>; line: number | null; of: string }) {
  const { context, line, of } = props
  const first = (line ?? 1) - context.pre.length
  const rows = [...context.pre, context.line, ...context.post]
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label={`Source of ${of}`}
      className="overflow-x-auto bg-page py-1 font-mono text-12 leading-5"
    >
      {rows.map((text, index) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: lines of a file never move
          key={index}
          className={`flex ${index === context.pre.length ? 'bg-bad-tint' : ''}`}
        >
          <span className="w-14 shrink-0 select-none pr-3 text-right text-muted">
            {first + index}
            {index === context.pre.length && '▸'}
          </span>
          <span className="whitespace-pre pr-3">{text}</span>
        </div>
      ))}
    </section>
  )
}
