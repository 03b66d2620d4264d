import type { ErrorEvent, ExceptionFact } from '../../event/error-event.ts'
import type { Grouping } from '../issue.ts'
import { baseOf, blamedFrames, frameToBlame } from './blamed-frames.ts'
import { fingerprintOf, type GroupingRule } from './grouping-rules.ts'
import { parameterise } from './parameterise.ts'
import { isChunkGone, sameType, sameWording } from './same-wording.ts'
import { namesItsPackage, stableFile } from './stable-file.ts'

export interface Grouped {
  grouping: Grouping
  /** `TypeError: total is undefined` */
  title: string
  /** `checkout.ts in priceOf` */
  culprit: string | null
}

const longestTitle = 200

/**
 * Which issue an event belongs to, in words that can be read. A rule of the project decides first, then the client's own fingerprint; then the cause
 * that was thrown first, by the innermost frame of your own code (no line numbers, no build hashes) and its line of code;
 * where that does not tell faults apart, the message without what varies. The key holds no hash: two can be compared by eye.
 */
export function groupEvent(event: ErrorEvent, rules: readonly GroupingRule[] = []): Grouped {
  const thrown = event.exceptions.at(-1) ?? null
  const own = thrown ? ofExceptions(event) : [`message ${messageOf(event)}`]
  const ruled = rules.length > 0 ? fingerprintOf(event, blamedIn(thrown), rules) : null
  const fingerprint = ruled ?? event.fingerprint
  const word = ruled ? 'rule' : 'fingerprint'
  const because =
    fingerprint.length > 0
      ? fingerprint.flatMap(part => (/^\{\{ ?default ?\}\}$/.test(part) ? own : [`${word} ${part}`]))
      : own
  return {
    grouping: { key: because.join('\n').slice(0, 4_000), because },
    title: titleOf(event, thrown),
    culprit: culpritOf(event, thrown),
  }
}

function blamedIn(exception: ExceptionFact | null): { file: string; function: string } {
  const frame = exception ? frameToBlame(exception.frames) : null
  return { file: frame ? stableFile(frame.file) : '', function: baseOf(frame?.function ?? null) }
}

/** Of a chain, the cause alone when it lies in your own code: that is where it is mended. Else who met it is named as well. */
function ofExceptions(event: ErrorEvent): string[] {
  const thrown = event.exceptions.at(-1)
  const cause = event.exceptions.find(({ type, frames, value }) => type || value || frames.length > 0) ?? thrown
  if (!thrown || !cause) return []
  if (event.exceptions.some(({ type, value }) => isChunkGone(type, value)))
    return ['a chunk of a former release is gone']
  const inner = ofException(event, cause)
  if (cause === thrown || cause.frames.some(({ isInApp }) => isInApp)) return inner
  return [...inner, ...ofException(event, thrown).map(part => `met by ${part}`)]
}

function ofException(event: ErrorEvent, exception: ExceptionFact): string[] {
  const value = exception.value || event.message || ''
  if (exception.isSynthetic || (!exception.type && exception.frames.length === 0))
    return [`message ${parameterise(value || '(none)')}`]
  const type = exception.type ? [`type ${sameType(exception.type)}`] : []
  const { frames, isTelling } = blamedFrames(exception.frames)
  const message = isTelling ? [] : [`message ${sameWording(value)}`]
  return [...type, ...frames.map(words => `frame ${words}`), ...message, ...serviceOf(event, frames)]
}

/** Two services have a `src/index.ts` each; a package of the repository is the same in both. */
const serviceOf = (event: ErrorEvent, [frame = '']: string[]): string[] =>
  event.service === null || namesItsPackage(frame) ? [] : [`service ${event.service}`]

const messageOf = (event: ErrorEvent): string => parameterise(event.messageTemplate ?? event.message ?? '(none)')

function titleOf(event: ErrorEvent, exception: ExceptionFact | null): string {
  const value = (exception?.value || event.message || '').split('\n', 1)[0] ?? ''
  const type = exception && !exception.isSynthetic ? exception.type : null
  const title = type ? (value ? `${type}: ${value}` : type) : value || '(no message)'
  return title.slice(0, longestTitle)
}

function culpritOf(event: ErrorEvent, exception: ExceptionFact | null): string | null {
  const frame = exception ? frameToBlame(exception.frames) : null
  if (!frame) return event.transaction
  const file = stableFile(frame.file).split('/').at(-1) || '?'
  return `${file} in ${baseOf(frame.function) || '?'}`
}
