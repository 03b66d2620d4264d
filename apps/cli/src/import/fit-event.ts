/** Twenty issues with two events each are sent at once. */
const mostChars = 300_000

/** Told apart by nothing of it, the largest first. */
const dispensable = ['breadcrumbs', 'extra', 'threads', 'modules', 'contexts', 'debug_meta', 'request', 'user'] as const

/** Without what makes it too large; null where even that does not do, or it is nested too deep to be sent. */
export function fitEvent(event: Record<string, unknown>): Record<string, unknown> | null {
  const fitted = { ...event }
  for (const name of [null, ...dispensable]) {
    if (name !== null) delete fitted[name]
    const chars = lengthOf(fitted)
    if (chars !== null && chars <= mostChars) return fitted
  }
  return null
}

function lengthOf(value: object): number | null {
  try {
    return JSON.stringify(value).length
  } catch {
    return null
  }
}
