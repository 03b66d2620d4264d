import { instantMs } from '../../duration/instant.ts'

/** What tells of two releases which is newer. */
export interface ReleaseAge {
  name: string
  /** When it was built here; null: somewhere else, or never. */
  madeAt: string | null
  /** When an event of it was first met, or a build named it, whichever came first; null: now. */
  seenAt: string | null
}

/**
 * Whether a release is surely newer than another. By when both were built here, else by their numbers when both have such
 * (`shop@1.10.0`), else by when they were first met, as two candidates or two builds of one number. What cannot be told is not newer: nothing is opened by mistake.
 */
export function isNewerRelease(a: ReleaseAge, b: ReleaseAge): boolean {
  if (a.name === b.name) return false
  if (a.madeAt !== null && b.madeAt !== null) return instantMs(a.madeAt) > instantMs(b.madeAt)
  const [left, right] = [numbersOf(a.name), numbersOf(b.name)]
  if (left && right && left.of === right.of) {
    const order = compared(left.numbers, right.numbers)
    if (order !== 0 || left.suffix === right.suffix) return order > 0
  }
  if (a.seenAt === null) return b.seenAt !== null
  return b.seenAt !== null && instantMs(a.seenAt) > instantMs(b.seenAt)
}

/** `shop@v1.10.0-rc.1` is 1, 10, 0 of `shop`, and before the same without what follows the dash. */
function numbersOf(name: string): { of: string; numbers: number[]; suffix: string } | null {
  const [, of = '', text, pre, build = ''] =
    /^(?:(.*)@)?v?(\d{1,9}(?:\.\d{1,9}){1,3})(-[\w.-]+)?(\+.*)?$/.exec(name) ?? []
  if (text === undefined) return null
  const numbers = text.split('.').map(Number)
  const four = [...numbers, ...Array(4 - numbers.length).fill(0)]
  return { of, numbers: [...four, pre === undefined ? 1 : 0], suffix: `${pre ?? ''}${build}` }
}

function compared(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((number, at) => number !== b[at])
  return index === -1 ? 0 : (a[index] ?? 0) - (b[index] ?? 0)
}
