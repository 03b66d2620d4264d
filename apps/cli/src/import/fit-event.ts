/** Twenty issues with two events each are sent at once. */
const mostBytes = 300_000

/** Told apart by nothing of it, the largest first. */
const dispensable = ['breadcrumbs', 'extra', 'threads', 'modules', 'contexts', 'debug_meta', 'request', 'user'] as const

/** Without what makes it too large; null where even that does not do, or it is nested too deep to be sent. */
export function fitEvent(event: Record<string, unknown>): Record<string, unknown> | null {
  const fitted = { ...event }
  for (const name of [null, ...dispensable]) {
    if (name !== null) delete fitted[name]
    const bytes = bytesOf(fitted)
    if (bytes !== null && bytes <= mostBytes) return fitted
  }
  return null
}

export function bytesOf(value: object): number | null {
  try {
    return Buffer.byteLength(JSON.stringify(value))
  } catch {
    return null
  }
}
