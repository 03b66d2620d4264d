const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** `3m 12s`, `1h 4m`, `2d 3h`: two units at most. */
export function duration(ms: number): string {
  if (ms < 0) return '0s'
  if (ms < 950) return `${Math.round(ms)}ms`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return seconds % 60 ? `${minutes}m ${seconds % 60}s` : `${minutes}m`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return minutes % 60 ? `${hours}h ${minutes % 60}m` : `${hours}h`
  return hours % 24 ? `${Math.floor(hours / 24)}d ${hours % 24}h` : `${hours / 24}d`
}

/** `4m ago` within a day, then `21 Nov 14:02`, then with the year. */
export function spoken(iso: string, now: number, zone?: string): string {
  const then = Date.parse(iso)
  const past = now - then
  if (past >= dayMs || past <= -dayMs) return absolute(iso, now, zone)
  if (past < 0) return `in ${coarse(-past)}`
  return past < 5_000 ? 'now' : `${coarse(past)} ago`
}

export function absolute(iso: string, now: number, zone?: string): string {
  const at = new Date(iso)
  const parts = new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    ...(at.getUTCFullYear() !== new Date(now).getUTCFullYear() && { year: 'numeric' }),
    ...(zone && { timeZone: zone }),
  }).format(at)
  return parts.replace(',', '')
}

/** `14:02:11`, or with milliseconds; UTC unless local is asked for. */
export function clock(iso: string, { zone = 'utc', millis = false }: { zone?: Zone; millis?: boolean } = {}): string {
  const at = new Date(iso)
  const pad = (value: number, width = 2) => String(value).padStart(width, '0')
  const [h, m, s] =
    zone === 'utc'
      ? [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()]
      : [at.getHours(), at.getMinutes(), at.getSeconds()]
  return `${pad(h)}:${pad(m)}:${pad(s)}${millis ? `.${pad(at.getUTCMilliseconds(), 3)}` : ''}`
}

/** `Mon 23 Nov 2026`, in the zone the list is read in. */
export function day(iso: string, zone: Zone = 'utc'): string {
  return new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    ...(zone === 'utc' && { timeZone: 'UTC' }),
  })
    .format(new Date(iso))
    .replace(',', '')
}

export type Zone = 'utc' | 'local'

/** UTC, local and relative: what a time says when one looks closer. */
export function everyReading(iso: string, now: number): string {
  const local = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' }).format(new Date(iso))
  const past = now - Date.parse(iso)
  const relative = past >= 0 ? `${coarse(past)} ago` : `in ${coarse(-past)}`
  return `${iso.replace('T', ' ').replace(/(\.\d+)?Z$/, '')} UTC\n${local}\n${relative}`
}

function coarse(ms: number): string {
  if (ms < minuteMs) return `${Math.max(1, Math.round(ms / 1000))}s`
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)}m`
  if (ms < dayMs) return `${Math.floor(ms / hourMs)}h`
  return `${Math.floor(ms / dayMs)}d`
}
