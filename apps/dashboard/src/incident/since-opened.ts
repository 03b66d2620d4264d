/** `T+0:31`, `T+1:04:09`: how long after it opened. Before that: `T-0:12`. */
export function sinceOpened(at: string, openedAt: string): string {
  const ms = Date.parse(at) - Date.parse(openedAt)
  const seconds = Math.floor(Math.abs(ms) / 1000)
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const two = (value: number) => String(value).padStart(2, '0')
  const sign = ms < 0 && seconds > 0 ? '-' : '+'
  return `T${sign}${h > 0 ? `${h}:${two(m)}` : m}:${two(s)}`
}
