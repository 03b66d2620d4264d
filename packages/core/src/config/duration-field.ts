import * as z from 'zod'
import { parseDuration } from '../duration/duration.ts'

/** A duration written by a person (`90s`), kept as written and checked. Read it with `durationMs`. */
export const DurationField = z
  .string()
  .refine(text => parseDuration(text) !== null, { error: 'expected a duration such as 30s, 5m, 1h or 7d' })

/** Milliseconds of a field that passed `DurationField`. */
export const durationMs = (text: string): number => parseDuration(text) ?? 0
