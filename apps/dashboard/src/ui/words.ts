/** `Ann <ann@example.com>` is called Ann. */
export const nameOf = (author: string): string => /^(.*?)\s*</.exec(author)?.[1] || author

export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** `service=api&q=…` from the fields that say something. */
export function queryString(fields: Record<string, string | number | null | undefined>): string {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null && value !== '')
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
  return text ? `?${text}` : ''
}
