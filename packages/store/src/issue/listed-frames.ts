import { type ErrorEvent, type ExceptionFact, type Frame, onceOf } from '@gantry/core'
import { storableJson } from '../database/values.ts'

/**
 * An event with its frames as lists. Their names of fields are half of an event of 6 KB, and writing and packing them took
 * a third more time.
 */
export type Listed = Omit<ErrorEvent, 'exceptions'> & {
  exceptions: (Omit<ExceptionFact, 'frames'> & { frames: ListedFrame[] })[]
}

type ListedFrame = [
  file: Frame['file'],
  function: Frame['function'],
  line: Frame['line'],
  column: Frame['column'],
  isInApp: Frame['isInApp'],
  context: Frame['context'],
]

/** As JSON. Frames that many events share are written once. */
export function listedJson({ exceptions, ...event }: ErrorEvent): string {
  const written = exceptions.map(({ frames, ...exception }) =>
    withLast(exception, 'frames', onceOf(frames, framesJson)),
  )
  return withLast(event, 'exceptions', `[${written.join(',')}]`)
}

const framesJson = (frames: readonly Frame[]): string => storableJson(frames.map(listed))

/** The object with one more field, which is JSON already. */
const withLast = (object: object, name: string, json: string): string =>
  `${storableJson(object).slice(0, -1)},"${name}":${json}}`

/** Earlier versions stored them as they are. */
export function withNamedFrames(event: Listed | ErrorEvent): ErrorEvent {
  const exceptions = event.exceptions.map(exception => ({ ...exception, frames: exception.frames.map(named) }))
  return { ...event, exceptions }
}

const listed = ({ file, function: name, line, column, isInApp, context }: Frame): ListedFrame => [
  file,
  name,
  line,
  column,
  isInApp,
  context,
]

function named(frame: ListedFrame | Frame): Frame {
  if (!Array.isArray(frame)) return frame
  const [file, name, line, column, isInApp, context] = frame
  return { file, function: name, line, column, isInApp, context }
}
