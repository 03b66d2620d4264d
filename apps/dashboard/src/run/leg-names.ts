import type { JobState } from '@gantry/core/api'

export interface JobName {
  /** What all legs of a matrix are called; the whole name of any other job. */
  name: string
  /** What this leg differs by; null for a job without others of its key. */
  leg: string | null
}

/**
 * Names of a run's jobs for where there is little room: legs of one matrix begin alike, so that forty of them, cut off at
 * the end, read as one. What they differ by comes apart, without the values that all of them have.
 */
export function legNames(jobs: readonly Pick<JobState, 'id' | 'key' | 'name'>[]): Map<string, JobName> {
  const byKey = Map.groupBy(jobs, ({ key }) => key)
  const named = [...byKey.values()].flatMap(legs => {
    if (legs.length === 1) return legs.map(({ id, name }) => [id, { name, leg: null }] as const)
    const parts = legs.map(({ name }) => partsOf(name))
    const differing = (values: readonly string[]) =>
      values.filter((value, index) => parts.some(other => other.values[index] !== value))
    return legs.map(({ id, name }, index) => {
      const { head, values } = parts[index] ?? { head: name, values: [] }
      const own = differing(values).join(', ')
      return [
        id,
        own && parts.every(each => each.head === head) ? { name: head, leg: own } : { name, leg: null },
      ] as const
    })
  })
  return new Map(named)
}

/** `test (ubuntu, 24)` is what comes before the brackets and the values in them; `N 2` is its words but the last. */
function partsOf(name: string): { head: string; values: string[] } {
  const [, head = '', inside] = /^(.*?)\s*\((.*)\)$/.exec(name) ?? []
  if (inside !== undefined) return { head, values: inside.split(/,\s*/) }
  const space = name.lastIndexOf(' ')
  return space < 0 ? { head: '', values: [name] } : { head: name.slice(0, space), values: [name.slice(space + 1)] }
}
