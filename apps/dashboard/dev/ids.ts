/** A bad release is live, staging has the fix, a run failed: the screens on their worst usual day. */
export const start = Date.now()
export const ago = (seconds: number): string => new Date(start - seconds * 1000).toISOString()
export const sha = (head: string): string => head.padEnd(40, '0')
const [good, bad, next, main] = ['71be09d', '8f3c2a1', '9d01e77', '4be7710'].map(sha) as [
  string,
  string,
  string,
  string,
]
export const ids = { good, bad, next, main }
