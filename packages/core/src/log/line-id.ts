/** What ids of lines of that time begin with: they sort as it does. */
export const timePart = (ms: number): string => Math.max(0, ms).toString(36).padStart(9, '0')

/** Makes ids that sort by the time of the line, then by when this process took it. `own` tells processes apart. */
export function lineIds(own: string, now: () => number): (atMs: number) => string {
  let count = 0
  return atMs => {
    count = (count + 1) % 36 ** 6
    return `${timePart(atMs)}-${timePart(now())}${count.toString(36).padStart(6, '0')}${own}`
  }
}
