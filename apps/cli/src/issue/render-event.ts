import { shortSha } from '@gantry/core'
import type { EventView } from '@gantry/core/api'
import { shown } from '../terminal/table.ts'

const framesShown = 12

/** An event as a stack trace reads: the failing frame first, causes below. */
export function renderEvent(event: EventView): string {
  const exceptions = event.exceptions.toReversed().flatMap((exception, index) => [
    `${index > 0 ? 'caused by ' : ''}${exception.type ?? 'Error'}: ${shown(exception.value)}`,
    ...exception.frames
      .slice(-framesShown)
      .toReversed()
      .map(
        frame =>
          `    at ${frame.function ?? '?'} (${frame.path ?? frame.file}:${frame.line ?? '?'}:${frame.column ?? '?'})`,
      ),
  ])
  const where = [event.transaction, event.url].filter(text => text !== null).join(' ')
  const change = event.lastChange
  return [
    ...(where === '' ? [] : [where]),
    ...(event.message ? [shown(event.message)] : []),
    ...exceptions,
    ...(change ? [`last changed there in ${shortSha(change.sha)} “${shown(change.title)}” by ${change.author}`] : []),
  ].join('\n')
}
