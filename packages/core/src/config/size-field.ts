import * as z from 'zod'

const units = { MB: 1e6, GB: 1e9, TB: 1e12 } as const
const pattern = /^(\d+(?:\.\d+)?) ?(MB|GB|TB)$/

/** What something may take on disk. */
export const SizeField = z.string().regex(pattern, 'expected a size such as 500MB, 20GB or 1.5TB')

/** @example bytesOfSize('20GB') // 20_000_000_000 */
export function bytesOfSize(size: string): number {
  const [, count = '0', unit = 'MB'] = pattern.exec(size) ?? []
  return Math.round(Number(count) * units[unit as keyof typeof units])
}
