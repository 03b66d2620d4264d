export const SLUG_MAX = 48

/** Words the product keeps for its own paths. */
export const RESERVED_SLUGS: readonly string[] = ['admin', 'api', 'healthz', 'live', 'new', 's']

const SHAPE = /^[a-z0-9]+(?:-[a-z0-9]+)*$/

/**
 * The address a name suggests: `Café & Crème` → `cafe-and-creme`.
 * Returns an empty string when nothing of the name can stand in an address.
 */
export function toSlug(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('&', ' and ')
  const dashed = plain.replace(/[^a-z0-9]+/g, '-')
  return trimDashes(trimDashes(dashed).slice(0, SLUG_MAX))
}

export function isSlug(text: string): boolean {
  return text.length <= SLUG_MAX && SHAPE.test(text) && !RESERVED_SLUGS.includes(text)
}

const trimDashes = (text: string): string => text.replace(/^-+|-+$/g, '')
