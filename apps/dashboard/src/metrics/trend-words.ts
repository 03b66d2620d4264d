const unchanged = 0.1

/** How the newer half of runs compares with the older, in words; within a tenth it is the same. */
export function trendWords(trend: number | null): string {
  if (trend === null) return 'too few runs'
  if (Math.abs(trend - 1) < unchanged) return 'steady'
  const percent = Math.round(Math.abs(trend - 1) * 100)
  return trend > 1 ? `${percent} % slower` : `${percent} % faster`
}
