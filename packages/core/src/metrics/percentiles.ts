import * as z from 'zod'

export const Percentiles = z.object({ p50: z.number(), p95: z.number() })
export type Percentiles = z.output<typeof Percentiles>

/** By nearest rank, so that each is a value that was measured; null of nothing. */
export function percentilesOf(values: readonly number[]): Percentiles | null {
  if (values.length === 0) return null
  const sorted = [...values].sort((a, b) => a - b)
  const rank = (part: number) => sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0
  return { p50: rank(0.5), p95: rank(0.95) }
}

export const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)
