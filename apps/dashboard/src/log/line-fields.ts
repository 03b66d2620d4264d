/** Each value inside the fields of a line, by the name that it is searched for with: what is nested has dots between. */
export function lineFields(fields: Readonly<Record<string, unknown>>): [name: string, value: string][] {
  return Object.entries(fields).flatMap(([name, value]) => valuesIn(name, value))
}

const deepest = 8

function valuesIn(name: string, value: unknown, depth = 0): [string, string][] {
  if (value === null || value === undefined) return [[name, String(value)]]
  if (typeof value !== 'object') return [[name, String(value)]]
  // A list of things is read as a whole; one of words has each of them.
  if (depth >= deepest || (Array.isArray(value) && value.some(isThing))) return [[name, JSON.stringify(value)]]
  if (Array.isArray(value)) return value.map(each => [name, String(each)])
  return Object.entries(value).flatMap(([inner, of]) => valuesIn(`${name}.${inner}`, of, depth + 1))
}

const isThing = (value: unknown): boolean => typeof value === 'object' && value !== null
