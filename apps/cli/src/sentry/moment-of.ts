/** An instant as ISO 8601 in UTC; null where the text is none, or one that no database reads. */
export function momentOf(said: unknown): string | null {
  const ms = typeof said === 'string' ? Date.parse(said) : Number.NaN
  return ms >= 0 && ms < Date.UTC(2200, 0) ? new Date(ms).toISOString() : null
}
