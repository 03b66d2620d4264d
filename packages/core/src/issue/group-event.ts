import type { ErrorEvent, ExceptionFact, Frame } from '../event/error-event.ts'
import type { Grouping } from './issue.ts'
import { parameterise } from './parameterise.ts'
import { stableFile } from './stable-file.ts'

export interface Grouped {
  grouping: Grouping
  /** `TypeError: total is undefined` */
  title: string
  /** `checkout.ts in priceOf` */
  culprit: string | null
}

const longestTitle = 200
/** Frames nearest the fault that count: further out, the same fault is reached by many ways. */
const framesThatCount = 5

/**
 * Which issue an event belongs to, in words that can be read. The client's own fingerprint decides first; then the
 * stack of the innermost exception (your code before libraries, no line numbers, no build hashes); then the message
 * without what varies. The key holds no hash: two keys can be compared by eye.
 */
export function groupEvent(event: ErrorEvent): Grouped {
  const exception = event.exceptions.at(-1) ?? null
  const title = titleOf(event, exception)
  const frames = exception ? framesOf(exception) : []
  const blamed = frames.at(-1)
  const culprit = blamed ? `${baseName(blamed.file)} in ${blamed.function ?? '?'}` : event.transaction
  const own = natural(event, exception, frames)
  const because =
    event.fingerprint.length > 0
      ? event.fingerprint.flatMap(part => (part === '{{ default }}' ? own : [`fingerprint ${part}`]))
      : own
  return { grouping: { key: because.join('\n').slice(0, 4_000), because }, title, culprit }
}

function natural(event: ErrorEvent, exception: ExceptionFact | null, stack: Frame[]): string[] {
  if (!exception) return [`message ${parameterise(event.message ?? '(none)')}`]
  const type = exception.isSynthetic || !exception.type ? [] : [`type ${exception.type}`]
  const frames = nearestWords(stack)
  if (frames.length > 0 && !exception.isSynthetic && frames.some(isTelling))
    return [...type, ...frames.map(words => `frame ${words}`)]
  const file = frames.at(-1)?.split(' ')[0]
  return [...type, `message ${parameterise(exception.value)}`, ...(file ? [`file ${file}`] : [])]
}

/** Frames of your own code; all of them when none is. */
function framesOf({ frames }: ExceptionFact): Frame[] {
  const own = frames.filter(frame => frame.isInApp && isReal(frame))
  return own.length > 0 ? own : frames.filter(isReal)
}

const isReal = ({ file }: Frame): boolean =>
  file !== '' && !/^(?:<anonymous>|\[native code\]|eval|node(?::|$))/.test(file)

/** Of the frames that count, a recursion once; found from the fault outwards, as most stacks are far longer. */
function nearestWords(stack: Frame[]): string[] {
  const nearest: string[] = []
  for (let index = stack.length - 1; index >= 0 && nearest.length < framesThatCount; index--) {
    const frame = stack[index]
    const words = frame && frameWords(frame)
    if (words !== undefined && words !== nearest[0]) nearest.unshift(words)
  }
  return nearest
}

/** File, then the function by name, or by its line of code when the name says nothing. */
function frameWords(frame: Frame): string {
  const name = frame.function?.split('.').at(-1) ?? ''
  const said = isMinified(name) ? (frame.context?.line.trim().slice(0, 120) ?? '') : name
  return `${stableFile(frame.file)} ${said}`.trim()
}

/** Minifiers leave one or two letters; they change with each build. */
const isMinified = (name: string): boolean =>
  name === '' || name === '?' || /^[\w$]{1,2}$/.test(name) || name === '<anonymous>'

const isTelling = (words: string): boolean => words.includes(' ')

function titleOf(event: ErrorEvent, exception: ExceptionFact | null): string {
  const value = (exception?.value || event.message || '').split('\n', 1)[0] ?? ''
  const type = exception && !exception.isSynthetic ? exception.type : null
  const title = type ? (value ? `${type}: ${value}` : type) : value || '(no message)'
  return title.slice(0, longestTitle)
}

const baseName = (file: string): string => stableFile(file).split('/').at(-1) ?? file
