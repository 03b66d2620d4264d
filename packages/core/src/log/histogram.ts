import { instantMs, msBetween } from '../duration/instant.ts'

export interface Bar {
  at: string
  total: number
  errors: number
}

const bars = 60
const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
/** Steps that people count time in; each divides a day, so that bars begin at round times. */
const steps = [1, 2, 5, 10, 15, 30]
  .flatMap(count => [count * second, count * minute])
  .concat([1, 2, 3, 4, 6, 12].map(count => count * hour))
  .toSorted((a, b) => a - b)

/** How much time one bar stands for: a round step, so that a range has about 60 bars at most. */
export function barMs(range: { from: string; to: string }): number {
  const wanted = Math.max(0, msBetween(range.from, range.to)) / bars
  return steps.find(step => step >= wanted) ?? Math.ceil(wanted / day) * day
}

/** Every bar of a range, those without a line too: what is drawn side by side must be side by side in time. */
export function everyBar(found: readonly Bar[], range: { from: string; to: string }, stepMs: number): Bar[] {
  const start = Math.floor(instantMs(range.from) / stepMs) * stepMs
  const count = Math.max(0, Math.ceil((instantMs(range.to) - start) / stepMs))
  const known = new Map(found.map(bar => [instantMs(bar.at), bar]))
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * stepMs
    return known.get(at) ?? { at: isoOf(at), total: 0, errors: 0 }
  })
}

// biome-ignore lint/style/noRestrictedGlobals: writes the instant it is given, not the clock's
const isoOf = (ms: number): string => new Date(ms).toISOString()
