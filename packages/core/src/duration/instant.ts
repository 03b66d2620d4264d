/** Milliseconds since 1970 of an ISO 8601 instant; NaN when it is none. */
// biome-ignore lint/style/noRestrictedGlobals: reads the text it is given, not the clock
export const instantMs = (iso: string): number => Date.parse(iso)

/** The ISO 8601 instant of milliseconds since 1970. */
// biome-ignore lint/style/noRestrictedGlobals: writes the number it is given, not the clock
export const instantOf = (ms: number): string => new Date(ms).toISOString()

/** From one instant to another; negative when they are the other way round. */
export const msBetween = (from: string, to: string): number => instantMs(to) - instantMs(from)

/** A length of time as a person says it, in its largest whole unit: `45 s`, `12 min`, `3 h`, `2 d`. */
export function spokenDuration(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3_600) return `${Math.ceil(seconds / 60)} min`
  if (seconds < 86_400) return `${Math.ceil(seconds / 3_600)} h`
  return `${Math.ceil(seconds / 86_400)} d`
}
