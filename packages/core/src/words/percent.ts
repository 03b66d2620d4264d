/** `4 %`, `31.2 %`; null is no data, never 0. What is tiny is not nought, and what is almost all is not all. */
export function percent(share: number | null): string {
  if (share === null) return 'no data'
  if (share > 0 && share < 0.001) return '< 0.1 %'
  if (share < 1 && share > 0.999) return '> 99.9 %'
  return `${Number((share * 100).toFixed(1))} %`
}
