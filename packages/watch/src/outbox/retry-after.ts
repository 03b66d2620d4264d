/** An hour at most, whatever the receiver says: a page that waits longer helps nobody. */
const longestMs = 3_600_000

/**
 * Milliseconds to wait: `Retry-After: 30`, or an HTTP date (https://www.rfc-editor.org/rfc/rfc9110#name-retry-after).
 * Null for nothing, for a moment that has passed, and for what is neither.
 */
export function retryAfterMs(header: string | null, now: Date): number | null {
  const text = header?.trim() ?? ''
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1_000 : httpDateMs(text) - now.getTime()
  return waitMs > 0 ? Math.min(waitMs, longestMs) : null
}

const httpDate = /^(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?,? .*\d\d:\d\d:\d\d/

/** NaN for anything else: `Date.parse` alone would read a year into `-5`. The oldest of the three forms names no zone. */
function httpDateMs(text: string): number {
  if (!httpDate.test(text)) return Number.NaN
  return Date.parse(text.endsWith(' GMT') ? text : `${text} GMT`)
}
