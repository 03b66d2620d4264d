/** The clock of a client, as far as what it says can be believed. */
export interface ClientClock {
  /**
   * Seconds since 1970 or ISO 8601, corrected by how far the clock is off. The time of arrival when it is neither, lies
   * ahead of the arrival by more than a minute, or more than thirty days behind it: else one wrong clock stood first in
   * every list.
   */
  instant(said: unknown): string
}

/** Below that it is the time the report was on its way, and sorting by it would only shuffle what came in order. */
const leastDriftMs = 55_000
const mostAheadMs = 60_000
const mostBehindMs = 30 * 86_400_000

/**
 * `sentAt` is when the client sent it by its own clock: how far that is from the arrival is how far the clock is off.
 * Source: https://develop.sentry.dev/sdk/foundations/envelopes/#envelope-headers
 */
export function clientClock(receivedAt: string, sentAt?: unknown): ClientClock {
  const arrivalMs = Date.parse(receivedAt)
  const sentMs = millisecondsOf(sentAt)
  const offMs = Number.isFinite(sentMs) ? arrivalMs - sentMs : 0
  const driftMs = Math.abs(offMs) < leastDriftMs ? 0 : offMs
  return {
    instant(said) {
      const ms = millisecondsOf(said) + driftMs
      return ms >= arrivalMs - mostBehindMs && ms <= arrivalMs + mostAheadMs ? new Date(ms).toISOString() : receivedAt
    },
  }
}

function millisecondsOf(said: unknown): number {
  if (typeof said === 'number') return said * 1_000
  if (typeof said !== 'string') return Number.NaN
  // Older SDKs leave the zone out, and mean UTC; some send the seconds as text.
  if (/^\d{9,11}(?:\.\d+)?$/.test(said)) return Number(said) * 1_000
  return Date.parse(/^\d{4}-\d\d-\d\dT[\d:.]+$/.test(said) ? `${said}Z` : said)
}

/** Of what another service kept: when it happened stands in it, and is believed unless it is nonsense or ahead of now. */
export const pastClock = (now: string): ClientClock => ({
  instant(said) {
    const ms = millisecondsOf(said)
    return ms >= firstClientMs && ms <= Date.parse(now) ? new Date(ms).toISOString() : now
  },
})

/** No client of this protocol is older. */
const firstClientMs = Date.UTC(2008, 0)
