interface Bucket {
  left: number
  at: number
}

/** Fly's published rates: 1 request a second for each action and machine or app, 3 at once; reading a machine 5 and 10. */
export function fakeRates(now: () => number): (action: string, about: string) => boolean {
  const buckets = new Map<string, Bucket>()
  return (action, about) => {
    const [perSecond, burst] = action === 'get' ? [5, 10] : [1, 3]
    const key = `${action} ${about}`
    const before = buckets.get(key) ?? { left: burst, at: now() }
    const left = Math.min(burst, before.left + ((now() - before.at) / 1_000) * perSecond)
    // A hair is rounding.
    const isAllowed = left >= 0.99
    buckets.set(key, { left: isAllowed ? left - 1 : left, at: now() })
    return isAllowed
  }
}
