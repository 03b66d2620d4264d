import { instantMs, spokenDuration } from '@gantry/core/instant'

/** `12 min ago`, or a dash when it never was. */
export const ago = (at: string | null, now: Date): string =>
  at === null ? '–' : `${spokenDuration(now.getTime() - instantMs(at))} ago`

/** How long it took, as a person reads a clock: `0.4 s`, `12 s`, `3 min 05 s`. */
export function took(ms: number): string {
  if (ms < 10_000) return `${(Math.max(0, ms) / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`
}

/** Milliseconds between two instants; the second may still be to come. */
export const between = (from: string | undefined, to: string | undefined, now: Date): number =>
  from === undefined ? 0 : (to === undefined ? now.getTime() : instantMs(to)) - instantMs(from)
