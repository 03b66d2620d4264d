import * as z from 'zod'
import { parseDuration } from '../duration/duration.ts'

/** A duration written by a person (`90s`), kept as written and checked. Read it with `durationMs`. */
export const DurationField = z
  .string()
  .refine(text => parseDuration(text) !== null, { error: 'expected a duration such as 30s, 5m, 1h or 7d' })

/** A duration that makes sense only above zero: a rhythm, a window, a limit. */
export const PositiveDurationField = DurationField.refine(text => parseDuration(text) !== 0, {
  error: 'expected a time above zero, such as 30s',
  when: ({ value }) => typeof value === 'string' && parseDuration(value) !== null,
})

/** Milliseconds of a field that passed `DurationField`. */
export const durationMs = (text: string): number => parseDuration(text) ?? 0
