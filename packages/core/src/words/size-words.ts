const units = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const

/** @example spokenSize(1_234_567) // '1.2 MB' */
export function spokenSize(bytes: number): string {
  let [value, unit] = [bytes, 0]
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1_000
    unit++
  }
  const digits = unit === 0 || value >= 99.5 ? 0 : 1
  return `${value.toFixed(digits)} ${units[unit]}`
}
