import type { Frame } from '../../event/error-event.ts'
import { onceOf } from '../../event/shared-frames.ts'
import { stableFile } from './stable-file.ts'

/** The part of a stack that says whose fault it is. */
export interface Blame {
  /** The frame that failed first, then callers that are needed to tell it from others. Outermost last. */
  frames: string[]
  /** Whether the frames alone tell this fault from others in the same function. */
  isTelling: boolean
}

/** Callers that are asked after a frame that throws for its callers. */
const callersThatCount = 2

/**
 * The innermost frame of the product's own code, since the same fault is reached by many ways. One that throws what its
 * callers tell it to is no place of a fault: its caller is named too. All frames count where none is the product's.
 */
export const frameToBlame = (all: readonly Frame[]): Frame | null => onceOf(all, toBlame)

const toBlame = (all: readonly Frame[]): Frame | null =>
  all.findLast(frame => isReal(frame) && isOwnCode(frame)) ?? all.findLast(isReal) ?? null

/** As `frameToBlame`, with what tells it from others. */
export const blamedFrames = (all: readonly Frame[]): Blame => onceOf(all, blamed)

function blamed(all: readonly Frame[]): Blame {
  const real = all.filter(isReal)
  const own = real.filter(isOwnCode)
  const stack = own.length > 0 ? own : real
  const last = stack.at(-1)
  if (!last) return { frames: [], isTelling: false }
  const frames = recursionIn(stack, last) ?? nearest(stack)
  const line = codeOf(last)
  const isOwn = own.length > 0 && real.at(-1) === last
  return { frames, isTelling: isOwn && line !== '' && !throwsVariable(line) }
}

function nearest(stack: readonly Frame[]): string[] {
  const frames: string[] = []
  for (let index = stack.length - 1; index >= 0 && frames.length <= callersThatCount; index--) {
    const frame = stack[index]
    if (!frame) break
    const words = frameWords(frame)
    if (words !== frames.at(-1)) frames.push(words)
    if (!isForItsCallers(frame)) break
  }
  return frames
}

/** Browsers' clients call every frame the product's own. */
const isOwnCode = ({ isInApp, file }: Frame): boolean =>
  isInApp && !/(?:^|[\\/])(?:node_modules|site-packages|dist-packages|gems)[\\/]/.test(file)

/** Frames of which the client knows nothing that lasts. Native ones have a function and no file. */
const isReal = ({ file, function: name }: Frame): boolean =>
  file === ''
    ? !isMinified(baseOf(name))
    : name !== 'sentryWrapped' &&
      !/^(?:index \d+$|<anonymous>|<frozen|\[native code\]|native$|eval|node(?::|$)|internal\/|(?:chrome|moz|safari(?:-web)?)-extension:)/.test(
        file,
      )

/** Frames that come back: a stack that overflows may end in any of them. */
function recursionIn(stack: readonly Frame[], failed: Frame): string[] | null {
  const nearestFrames = stack.slice(-40)
  // Most stacks have no frame twice, and words cost more than all else here.
  const isAgain = (frame: Frame) => frame.function === failed.function && frame.file === failed.file
  if (!nearestFrames.slice(0, -1).some(isAgain)) return null
  const words = nearestFrames.map(frameWords)
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  const last = words.at(-1) ?? ''
  const before = words.lastIndexOf(last, -2)
  if ((counts.get(last) ?? 0) < 2 || before < 0) return null
  return [...new Set(words.slice(before))].sort()
}

/** `invariant`, `assert`, `fail`: the place is where it was called. */
const isForItsCallers = (frame: Frame): boolean =>
  /^(?:(?:tiny)?invariant|assert\w*|fail|raise\w*|throw\w*|panic|ensure\w*|must\w*|unreachable|abort|bail)$/i.test(
    baseOf(frame.function),
  ) || throwsVariable(codeOf(frame))

/** `throw` without a text of its own: the same line throws whatever it was given. */
const throwsVariable = (line: string): boolean =>
  /(?:\bthrow\b|\breject\(|\braise\b|\bpanic!?\()/.test(line) &&
  !/["'`][^"'`]*[a-z]{3}/i.test(line) &&
  !/\bnew (?!Error\b|TypeError\b|RangeError\b|Exception\b)\w+\(\s*\)/.test(line)

/** File, then the function by name, then the line of code, as far as they are known. */
function frameWords(frame: Frame): string {
  const name = baseOf(frame.function)
  const said = [isMinified(name) ? '' : name, codeOf(frame)].filter(part => part !== '').join(': ')
  const file = frame.file === '' ? '' : stableFile(frame.file)
  return `${file} ${said}`.trim()
}

/** The line of code without what formatting changes. A line of a bundle is a piece of many. */
function codeOf({ context }: Frame): string {
  const line = context?.line.trim() ?? ''
  if (line.length > 240 || line.startsWith('{snip}') || line.startsWith("'{snip}")) return ''
  return line.replace(/\s+/g, ' ').replace(/[;,]$/, '').replace(/["`]/g, "'").slice(0, 120)
}

/** Engines name one function each in their way: `async handle`, `Object.handle`, `Session.handle [as run]`, `handle/<`. */
export function baseOf(name: string | null): string {
  const plain = (name ?? '')
    .replace(/^async\*? /, '')
    .replace(/^async /, '')
    .replace(/ \[as [^\]]+\]$/, '')
    .replace(/(?:\/<)+$/, '')
    .replace(/\(.*\)$/, '')
    .replace(/<[^<>]*>$/, '')
  const isMade = plain.startsWith('new ')
  const last =
    plain
      .replace(/^new /, '')
      .split(/\.|::|#|\//)
      .at(-1) ?? ''
  return isMade ? `new ${last}` : last
}

/** Minifiers leave one or two letters; they change with each build. */
const isMinified = (name: string): boolean =>
  name === '' ||
  name === '?' ||
  /^(?:new )?[\w$]{1,2}$/.test(name) ||
  /^(?:anonymous|<anonymous>|<unknown>|\$\w{1,2})$/.test(name)
