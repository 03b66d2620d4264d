import type { ErrorEvent, ExceptionFact, Frame } from '../../event/error-event.ts'

/** Frames nearest the fault that counted. */
const framesThatCount = 5

/**
 * The key as the first version of grouping made it. Nothing here changes: an issue made then is found by it, so that a
 * better version neither splits nor merges what stands.
 */
export function keyOfVersionOne(event: ErrorEvent): string {
  const exception = event.exceptions.at(-1) ?? null
  const own = natural(event, exception, exception ? framesOf(exception) : [])
  const parts =
    event.fingerprint.length > 0
      ? event.fingerprint.flatMap(part => (part === '{{ default }}' ? own : [`fingerprint ${part}`]))
      : own
  return parts.join('\n').slice(0, 4_000)
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

function stableFile(file: string): string {
  const path = file.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*\/?/i, '').replace(/[?#].*$/, '')
  const parts = path.split('/').filter(part => part !== '' && part !== '.')
  return parts
    .slice(-2)
    .map(withoutHash)
    .filter(part => !isRelease(part))
    .join('/')
}

/** `index-BxY12ab3.js` and `chunk.1f9c2ab4.css`: a separator, eight or more letters and digits with at least one digit or capital. */
const withoutHash = (part: string): string => part.replace(/[-.](?=[\w-]*[\dA-Z])[\w-]{8,}(?=\.\w+$)/, '')

/** A folder named by a commit. */
const isRelease = (part: string): boolean => /^[0-9a-f]{7,40}$/.test(part)

/** What differs between two reports of the same fault, in the order it is looked for. */
const patterns: [RegExp, string][] = [
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, '<email>'],
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>)]+/gi, '<url>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<uuid>'],
  [/\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?\b/g, '<date>'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, '<ip>'],
  [/\b0x[0-9a-f]+\b/gi, '<hex>'],
  [/\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,}\b/gi, '<hex>'],
  [/(?<![\w.])-?\d+\.\d+(?![\w.])/g, '<float>'],
  [/(?<![\w.])-?\d+(?!\w)/g, '<int>'],
]

/** A message with what varies replaced by what it is: `user 42 not found` is `user <int> not found`. Two lines at most. */
function parameterise(message: string): string {
  const lines = message.slice(0, 2_000).split('\n', 2).join('\n').trim()
  return patterns.reduce((text, [pattern, name]) => text.replace(pattern, name), lines)
}
