/** A client that kept lines while it was offline sends them later. */
const latestMs = 30 * 86_400_000
/** Clocks differ by seconds. What is further ahead would stand first for as long. */
const aheadMs = 60_000
const quarterMs = 15 * 60_000

/**
 * The time a line says of itself, in whatever form people write one: ISO 8601, with or without a zone, seconds, milliseconds,
 * microseconds or nanoseconds since 1970. Null: it says none that can be read.
 *
 * Without a zone it is of the quarter of an hour nearest to when it came: the writer's zone is not known, and its minutes are.
 */
export function timeOf(said: unknown, receivedAt: string): string | null {
  const ms =
    typeof said === 'number' ? epochMs(said) : typeof said === 'string' ? textMs(said.trim(), receivedAt) : null
  return ms === null ? null : believed(ms, receivedAt)
}

/** A time that cannot be right is that of arrival. */
function believed(ms: number, receivedAt: string): string {
  const received = Date.parse(receivedAt)
  return ms > received + aheadMs || ms < received - latestMs ? receivedAt : new Date(ms).toISOString()
}

function epochMs(value: number): number | null {
  if (!(value > 1e8)) return null
  const ms = value < 1e11 ? value * 1e3 : value < 1e14 ? value : value < 1e17 ? value / 1e3 : value / 1e6
  return Math.floor(ms)
}

function textMs(text: string, receivedAt: string): number | null {
  if (/^\d{9,19}(\.\d+)?$/.test(text)) return epochMs(Number(text))
  const [, date, time, fraction = '', zone] =
    /^(\d{4}[-/]\d\d[-/]\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?\d* ?(Z|UTC|GMT|[+-]\d\d:?\d\d)?$/i.exec(text) ?? []
  if (date === undefined || time === undefined) return dateMs(text)
  const iso = `${date.replaceAll('/', '-')}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}`
  if (zone === undefined) return inZoneOf(Date.parse(`${iso}Z`), receivedAt)
  const offset = /^[a-z]/i.test(zone) ? 'Z' : zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')
  return numberOrNull(Date.parse(`${iso}${offset}`))
}

/** As in mail headers and access logs: `Fri, 27 Nov 2026 10:00:00 GMT`, `27/Nov/2026:10:00:00 +0000`. */
function dateMs(text: string): number | null {
  const [, day, month, year, time, zone] = /^(\d\d)\/(\w{3})\/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d{4})$/.exec(text) ?? []
  if (day) return numberOrNull(Date.parse(`${day} ${month} ${year} ${time} ${zone}`))
  return /^[A-Z][a-z]{2}, \d/.test(text) ? numberOrNull(Date.parse(text)) : null
}

function inZoneOf(ms: number, receivedAt: string): number | null {
  if (Number.isNaN(ms)) return null
  return ms + Math.round((Date.parse(receivedAt) - ms) / quarterMs) * quarterMs
}

/** `Nov 27 10:00:00`, as syslog and klog write it: of the year, and the zone, that is nearest. */
export function timeWithoutYear(month: number, day: number, time: string, receivedAt: string): string | null {
  const year = new Date(receivedAt).getUTCFullYear()
  const [clock = '', fraction = ''] = time.split('.')
  const pad = (value: number) => String(value).padStart(2, '0')
  const iso = `-${pad(month)}-${pad(day)}T${clock}.${fraction.slice(0, 3).padEnd(3, '0')}Z`
  const near = [year - 1, year, year + 1]
    .map(each => Date.parse(`${each}${iso}`))
    .filter(ms => !Number.isNaN(ms))
    .sort((a, b) => Math.abs(a - Date.parse(receivedAt)) - Math.abs(b - Date.parse(receivedAt)))[0]
  const ms = near === undefined ? null : inZoneOf(near, receivedAt)
  return ms === null ? null : believed(ms, receivedAt)
}

const numberOrNull = (ms: number): number | null => (Number.isNaN(ms) ? null : ms)
