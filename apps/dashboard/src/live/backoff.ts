/** Waits between tries: 1, 2, 4, 8, then 15 seconds, a little apart so that many pages do not return as one. */
export function waitMs(failures: number, random: number): number {
  const base = Math.min(15_000, 1_000 * 2 ** Math.max(0, failures - 1))
  return Math.round(base * (0.85 + 0.3 * random))
}
