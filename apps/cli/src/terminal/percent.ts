/** `75 %`, `0.4 %`. Rounded down: 99.9 % is not all of them; and what is tiny is not nought. */
export function percent(share: number): string {
  if (share > 0 && share < 0.001) return '< 0.1 %'
  // A hundredth that binary fractions lost is put back: 0.29 is 29 %, not 28.
  const hundredths = share * 100 + 1e-9
  return share < 0.01 ? `${Math.floor(hundredths * 10) / 10} %` : `${Math.floor(hundredths)} %`
}
