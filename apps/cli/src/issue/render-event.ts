import { counted, shortSha } from '@gantry/core'
import type { EventView } from '@gantry/core/api'
import { shown } from '../terminal/table.ts'

const framesShown = 12

/** An event as a stack trace reads: the failing frame first, causes below; frames of libraries fold away. */
export function renderEvent(event: EventView): string {
  const exceptions = event.exceptions
    .toReversed()
    .flatMap((exception, index) => [
      `${index > 0 ? 'caused by ' : ''}${exception.type ?? 'Error'}: ${shown(exception.value)}`,
      ...framesOf(exception.frames),
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

type Frames = EventView['exceptions'][number]['frames']

function framesOf(frames: Frames): string[] {
  const own = frames.filter(({ isInApp }) => isInApp)
  const read = (own.length === 0 ? frames : own).slice(-framesShown).toReversed()
  const folded = frames.length - read.length
  return [
    ...read.map(frame => `    at ${frame.function ?? '?'} (${placeOf(frame)})`),
    ...(folded === 0 ? [] : [`    and ${counted(folded, 'frame')} more; --json shows them`]),
  ]
}

const placeOf = ({ path, file, line, column }: Frames[number]): string =>
  `${path ?? file}:${line ?? '?'}:${column ?? '?'}`
