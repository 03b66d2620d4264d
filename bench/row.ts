/** One line of DESIGN's numbers: what was measured, beside what it is held to. */
export interface Row {
  what: string
  measured: string
  target: string
  isMet: boolean
}

/** A benchmark: one file, one line in `benchmarks` of main.ts. */
export interface Benchmark {
  name: string
  measure(): Promise<Row[]>
}

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`
export const median = (values: number[]): number => percentile(values, 0.5)

/** Nearest-rank percentile. */
export function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN
}
