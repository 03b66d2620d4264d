import { instantMs } from '../duration/instant.ts'
import type { KeepLines, KeptDay } from './line-store.ts'

const dayMs = 86_400_000

/** The days that are too old, and the oldest of what is too much, each with why. The last one stays whatever it takes. */
export function goingDays<Day extends Pick<KeptDay, 'day' | 'bytes'>>(
  kept: readonly Day[],
  keep: KeepLines,
): (Day & { why: 'age' | 'size' })[] {
  let bytes = kept.reduce((sum, day) => sum + (day.bytes ?? 0), 0)
  return kept.flatMap((day, index) => {
    const isOld = instantMs(`${day.day}T00:00:00.000Z`) + dayMs <= instantMs(keep.since)
    const isTooMuch = keep.bytes !== null && bytes > keep.bytes && index < kept.length - 1
    if (isOld || isTooMuch) bytes -= day.bytes ?? 0
    return isOld || isTooMuch ? { ...day, why: isOld ? ('age' as const) : ('size' as const) } : []
  })
}
