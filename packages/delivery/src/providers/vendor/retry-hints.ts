/** How long a vendor asks to wait before the next request; null when it does not say. */
export function askedPauseMs(headers: Headers, now: Date): number | null {
  const after = headers.get('retry-after')
  if (after !== null) return /^\d+(\.\d+)?$/.test(after) ? Number(after) * 1_000 : untilMs(Date.parse(after), now)
  if (headers.get('ratelimit-remaining') === '0') return resetMs(headers.get('ratelimit-reset'), now)
  if (headers.get('x-ratelimit-remaining') === '0') return resetMs(headers.get('x-ratelimit-reset'), now)
  return null
}

/** Seconds from now in the draft of the IETF, seconds since 1970 at vendors that came before it. */
function resetMs(reset: string | null, now: Date): number | null {
  const seconds = Number(reset)
  if (reset === null || !Number.isFinite(seconds)) return null
  return seconds > 1_000_000_000 ? untilMs(seconds * 1_000, now) : seconds * 1_000
}

const untilMs = (instant: number, now: Date): number | null =>
  Number.isNaN(instant) ? null : Math.max(0, instant - now.getTime())
