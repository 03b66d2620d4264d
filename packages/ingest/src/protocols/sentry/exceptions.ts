import type { ExceptionFact, Frame } from '@gantry/core'
import { type Loose, listOf, objectOf, textOf, valuesOf, wholeOf } from './loose.ts'

const exceptionsKept = 20
const framesKept = 100

/**
 * Exceptions of an event as the SDKs send them: causes first, the one that was thrown last.
 * @param framesIn reads what stands for the frames of one
 */
export function exceptionsOf(event: Loose, framesIn = framesOf): ExceptionFact[] {
  return keptExceptions(event).map(exception => {
    const mechanism = objectOf(exception['mechanism'])
    return {
      type: textOf(exception['type'], 200),
      value: textOf(exception['value']) ?? '',
      isSynthetic: mechanism['synthetic'] === true,
      isHandled: mechanism['handled'] !== false,
      frames: framesIn(objectOf(exception['stacktrace'])['frames']),
    }
  })
}

export const keptExceptions = (event: Loose): Loose[] =>
  valuesOf(event['exception']).slice(-exceptionsKept).map(objectOf)

export const keptFrames = (exception: Loose): unknown[] => lastOf(objectOf(exception['stacktrace'])['frames'])

export const framesOf = (frames: unknown): Frame[] => lastOf(frames).map(frameOf)

const lastOf = (frames: unknown): unknown[] => listOf(frames).slice(-framesKept)

function frameOf(value: unknown): Frame {
  const frame = objectOf(value)
  return {
    file: textOf(frame['filename'], 1_000) ?? textOf(frame['abs_path'], 1_000) ?? textOf(frame['module'], 1_000) ?? '',
    function: textOf(frame['function'], 300),
    line: wholeOf(frame['lineno']),
    column: wholeOf(frame['colno']),
    isInApp: frame['in_app'] !== false,
    context: contextOf(frame),
  }
}

function contextOf(frame: Loose): Frame['context'] {
  const line = textOf(frame['context_line'], 500)
  if (line === null) return null
  const lines = (list: unknown) =>
    listOf(list)
      .map(text => textOf(text, 500) ?? '')
      .slice(0, 10)
  return { pre: lines(frame['pre_context']), line, post: lines(frame['post_context']) }
}
