import { instantMs } from '../duration/instant.ts'
import type { KeepLines, KeptDay } from './line-store.ts'

const dayMs = 86_400_000

/** The days that are too old, and the oldest of what is too much. The last one stays whatever it takes. */
export function goingDays(kept: readonly KeptDay[], keep: KeepLines): KeptDay[] {
  let bytes = kept.reduce((sum, day) => sum + (day.bytes ?? 0), 0)
  return kept.filter((day, index) => {
    const isOld = instantMs(`${day.day}T00:00:00.000Z`) + dayMs <= instantMs(keep.since)
    const isTooMuch = keep.bytes !== null && bytes > keep.bytes && index < kept.length - 1
    if (isOld || isTooMuch) bytes -= day.bytes ?? 0
    return isOld || isTooMuch
  })
}
