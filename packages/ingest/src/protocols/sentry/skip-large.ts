import type { Sieve } from '../../body/collect.ts'
import { mostItems, skippedName } from './envelope.ts'
import { largestItemBytes } from './kept-items.ts'

const newline = 0x0a
const longestHeaderBytes = 64 * 1024

/**
 * Takes an envelope as it comes, and leaves out the payloads of items that announce more than is kept of one: their headers
 * say so instead. Such an item costs only itself, and never the memory it would have taken.
 */
export function skipLarge(most = largestItemBytes): Sieve {
  let held = Buffer.alloc(0)
  /** `line`: goes on as it is, to its end. `plain`: no envelope; what is wrong with it says whoever reads it. */
  let state: 'line' | 'header' | 'payload' | 'plain' = 'line'
  let toCome = 0
  let isLeftOut = false
  let [lines, items] = [0, 0]

  const beginItem = (line: Buffer): Buffer => {
    // Clients end a payload of a given length with a line break of its own.
    const isBlank = line.length < 8 && line.toString().trim() === ''
    const isTooMuch = ++lines > 2 * mostItems || (!isBlank && ++items > mostItems)
    const header = isTooMuch || isBlank ? null : headerIn(line)
    if (header === null) {
      if (isTooMuch || !isBlank) state = 'plain'
      return line
    }
    const { length } = header
    if (typeof length !== 'number' || !Number.isSafeInteger(length) || length < 0) {
      state = 'line'
      return line
    }
    state = 'payload'
    toCome = length
    isLeftOut = length > most
    return isLeftOut ? Buffer.from(`${JSON.stringify({ ...header, length: 0, [skippedName]: length })}\n`) : line
  }
  /** Takes what can be taken of it from there; answers what goes on, and how far it came. */
  const step = (bytes: Buffer, at: number): { out: Buffer; to: number } => {
    if (state === 'payload') {
      const to = Math.min(bytes.length, at + toCome)
      toCome -= to - at
      if (toCome === 0) state = 'header'
      return { out: isLeftOut ? nothing : bytes.subarray(at, to), to }
    }
    const end = state === 'plain' ? -1 : bytes.indexOf(newline, at)
    const to = end === -1 ? bytes.length : end + 1
    const part = bytes.subarray(at, to)
    if (state === 'header') {
      if (end !== -1) return { out: beginItem(part), to }
      if (part.length > longestHeaderBytes) state = 'plain'
      else held = Buffer.from(part)
      return { out: state === 'plain' ? part : nothing, to }
    }
    if (end !== -1) state = 'header'
    return { out: part, to }
  }

  return {
    take(chunk) {
      const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk])
      held = nothing
      const out: Buffer[] = []
      for (let at = 0; at < bytes.length; ) {
        const next = step(bytes, at)
        out.push(next.out)
        at = next.to
      }
      return Buffer.concat(out)
    },
    rest: () => held,
  }
}

function headerIn(line: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line.toString())
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    // Whoever reads the envelope says so by name.
    return null
  }
}

const nothing = Buffer.alloc(0)
