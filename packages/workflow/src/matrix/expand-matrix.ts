export type Leg = Record<string, unknown>

/** GitHub's limit of jobs that one matrix may make. */
const MAX_LEGS = 256

/**
 * The legs of a matrix whose expressions are evaluated: product of the vectors, less `exclude`, then `include`,
 * which extends every leg it does not contradict or else stands as a leg of its own.
 *
 * @example expandMatrix({ os: ['a', 'b'], exclude: [{ os: 'b' }] }) // [{ os: 'a' }]
 */
export function expandMatrix(matrix: unknown): Leg[] {
  if (!isMapping(matrix)) throw new Error(`expected the matrix to be a mapping, got ${JSON.stringify(matrix)}`)
  const { include, exclude, ...vectors } = matrix
  const excluded = mappingsOf(exclude, 'exclude')
  const legs = productOf(vectors).filter(leg => !excluded.some(pattern => fits(leg, pattern)))
  const all = withIncluded(legs, Object.keys(vectors), mappingsOf(include, 'include'))
  if (all.length === 0) throw new Error('expected the matrix to hold at least one combination, got none')
  if (all.length > MAX_LEGS) throw new Error(`expected a matrix of at most ${MAX_LEGS} jobs, got ${all.length}`)
  return all
}

/** `test (front-end, 24)`: the key with every value behind it, as GitHub names legs. */
export function legName(key: string, leg: Leg): string {
  return `${key} (${Object.values(leg).flatMap(leaves).join(', ')})`
}

function productOf(vectors: Record<string, unknown>): Leg[] {
  const names = Object.keys(vectors)
  if (names.length === 0) return []
  return names.reduce<Leg[]>(
    (legs, name) => {
      const values = vectors[name]
      if (!Array.isArray(values)) throw new Error(`expected matrix.${name} to be a list, got ${JSON.stringify(values)}`)
      if (values.length === 0) throw new Error(`expected matrix.${name} to hold at least one value, got none`)
      if (legs.length * values.length > MAX_LEGS * 16)
        throw new Error(`expected a matrix of at most ${MAX_LEGS} jobs, got more`)
      return legs.flatMap(leg => values.map(value => ({ ...leg, [name]: value })))
    },
    [{}],
  )
}

function withIncluded(legs: Leg[], vectorNames: string[], included: Leg[]): Leg[] {
  const extended = legs.map(leg => ({ ...leg }))
  const added: Leg[] = []
  for (const extra of included) {
    const shared = Object.fromEntries(Object.entries(extra).filter(([name]) => vectorNames.includes(name)))
    const matching = extended.filter((_, i) => fits(legs[i] ?? {}, shared))
    for (const leg of matching) Object.assign(leg, extra)
    if (matching.length === 0) added.push({ ...extra })
  }
  return [...extended, ...added]
}

/** Every value of the pattern is in the leg; a mapping in the pattern may name only some fields. */
function fits(leg: unknown, pattern: unknown): boolean {
  if (isMapping(pattern))
    return isMapping(leg) && Object.entries(pattern).every(([key, value]) => fits(leg[key], value))
  if (Array.isArray(pattern)) {
    return Array.isArray(leg) && leg.length === pattern.length && pattern.every((value, i) => fits(leg[i], value))
  }
  return leg === pattern
}

function mappingsOf(value: unknown, what: string): Leg[] {
  if (value === undefined || value === null || value === '') return []
  if (Array.isArray(value) && value.every(isMapping)) return value
  throw new Error(`expected matrix.${what} to be a list of mappings, got ${JSON.stringify(value)}`)
}

function leaves(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(leaves)
  if (isMapping(value)) return Object.values(value).flatMap(leaves)
  return value === null || value === undefined || value === '' ? [] : [String(value)]
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
