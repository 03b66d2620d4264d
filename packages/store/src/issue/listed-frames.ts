import type { ErrorEvent, ExceptionFact, Frame } from '@gantry/core'

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

export function withListedFrames(event: ErrorEvent): Listed {
  const exceptions = event.exceptions.map(exception => ({ ...exception, frames: exception.frames.map(listed) }))
  return { ...event, exceptions }
}

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
