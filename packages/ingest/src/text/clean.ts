/** Deeper than anyone reads; JSON that is nested some thousand times breaks whoever writes it out again. */
const deepest = 32

/** Foreign text as it may be kept: NUL cannot be stored in Postgres, and halves of characters cannot be encoded. */
export function cleanText(text: string, most = Number.POSITIVE_INFINITY): string {
  // Nearly every text is clean, and an event has a hundred: looking is cheaper than copying.
  if (text.length <= most && text.isWellFormed() && !text.includes('\u0000')) return text
  return text.slice(0, most).replaceAll('\u0000', '').toWellFormed()
}

/** Foreign JSON as it may be kept: each text and each name in it is clean, and what is nested too deep is an ellipsis. */
export function cleanJson(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return cleanText(value)
  if (value === null || typeof value !== 'object') return value
  if (depth === deepest) return '…'
  if (Array.isArray(value)) return value.map(inner => cleanJson(inner, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [cleanText(name), cleanJson(inner, depth + 1)]),
  )
}
