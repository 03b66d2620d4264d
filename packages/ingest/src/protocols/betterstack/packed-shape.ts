import { mostValues } from '../../body/few-values.ts'

/** Deeper than anybody reads, and far from what a stack holds. */
const deepest = 128

/**
 * Looks at nothing but the headers of MessagePack: a decoder makes room for as many elements as an array announces, before it has
 * seen one. Each takes a byte at least, so that whoever announces more than there are bytes left has not sent them.
 * Source: https://github.com/msgpack/msgpack/blob/master/spec.md
 * @throws RangeError
 */
export function requireSane(bytes: Buffer): void {
  /** How many elements of each open array or map are still to come. */
  const open: number[] = []
  let [toCome, values] = [0, 0]
  for (let at = 0; at < bytes.length; ) {
    const { size, elements } = headerAt(bytes, at)
    at += size
    if (open.length > 0) {
      toCome--
      open.push((open.pop() ?? 0) - 1)
    }
    if (elements > 0) {
      open.push(elements)
      toCome += elements
    }
    if (++values > mostValues) throw new RangeError(`it has more than ${mostValues} values`)
    if (at + toCome > bytes.length) throw new RangeError('more is announced than came')
    if (open.length > deepest) throw new RangeError(`arrays and maps are nested deeper than ${deepest}`)
    while (open.at(-1) === 0) open.pop()
  }
}

/** `size`: of the header, and of the content of what is neither array nor map. */
function headerAt(bytes: Buffer, at: number): { size: number; elements: number } {
  const byte = bytes[at] ?? 0
  if (byte <= 0x7f || byte >= 0xe0) return one(1)
  if (byte <= 0x8f) return { size: 1, elements: 2 * (byte & 0x0f) }
  if (byte <= 0x9f) return { size: 1, elements: byte & 0x0f }
  if (byte <= 0xbf) return one(1 + (byte & 0x1f))
  const fixed = fixedSizes[byte]
  if (fixed !== undefined) return one(fixed)
  const [width = 0, kind = ''] = lengths[byte] ?? []
  if (width === 0 || at + 1 + width > bytes.length) throw new RangeError('it was cut short')
  const length = bytes.readUIntBE(at + 1, width)
  if (kind === 'array') return { size: 1 + width, elements: length }
  if (kind === 'map') return { size: 1 + width, elements: 2 * length }
  return one(1 + width + length + (kind === 'extension' ? 1 : 0))
}

const one = (size: number) => ({ size, elements: 0 })

/** nil, booleans, numbers, and extensions of a fixed size with the byte of their type. */
const fixedSizes: Readonly<Record<number, number>> = {
  ...{ 192: 1, 193: 1, 194: 1, 195: 1, 202: 5, 203: 9 },
  ...{ 204: 2, 205: 3, 206: 5, 207: 9, 208: 2, 209: 3, 210: 5, 211: 9 },
  ...{ 212: 3, 213: 4, 214: 6, 215: 10, 216: 18 },
}

/** How many bytes say the length, and of what. */
const lengths: Readonly<Record<number, readonly [number, 'bytes' | 'extension' | 'array' | 'map']>> = {
  ...{ 196: [1, 'bytes'], 197: [2, 'bytes'], 198: [4, 'bytes'] },
  ...{ 199: [1, 'extension'], 200: [2, 'extension'], 201: [4, 'extension'] },
  ...{ 217: [1, 'bytes'], 218: [2, 'bytes'], 219: [4, 'bytes'] },
  ...{ 220: [2, 'array'], 221: [4, 'array'], 222: [2, 'map'], 223: [4, 'map'] },
}
