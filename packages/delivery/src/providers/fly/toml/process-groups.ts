import type { FlyToml } from './fly-toml.ts'

const defaultGroup = 'app'

/** The names of `[processes]`, or the one group every app has. */
export function processGroups({ processes }: Pick<FlyToml, 'processes'>): string[] {
  const names = Object.keys(processes).toSorted()
  return names.length === 0 ? [defaultGroup] : names
}

/** A section that names no group belongs to this one, as flyctl reads it: `app` where there is one, else the first by name. */
function groupOfUnnamed(toml: Pick<FlyToml, 'processes'>): string {
  const names = processGroups(toml)
  return names.includes(defaultGroup) ? defaultGroup : (names[0] ?? defaultGroup)
}

/** Whether a section with these `processes` is one of the group's. */
export const belongsTo = (toml: Pick<FlyToml, 'processes'>, group: string, processes: readonly string[]): boolean =>
  processes.length === 0 ? groupOfUnnamed(toml) === group : processes.includes(group)
