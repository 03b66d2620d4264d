import { isChanged, type Recorded } from './history.ts'
import type { MigrationScript } from './migration-script.ts'

/** Where the files of a repository and a database differ. Each in the order of the versions. */
export interface Drift {
  applied: MigrationScript[]
  /** In the repository alone: to be applied. */
  localOnly: MigrationScript[]
  /** In the database alone: somebody applied it, and its file is not here. */
  remoteOnly: Recorded[]
  /** In both, and the file says something else since. */
  changed: MigrationScript[]
}

export function driftOf(history: ReadonlyMap<string, Recorded>, scripts: readonly MigrationScript[]): Drift {
  const sorted = scripts.toSorted((a, b) => (a.version < b.version ? -1 : 1))
  const local = new Set(sorted.map(({ version }) => version))
  const recorded = (script: MigrationScript) => history.get(script.version)
  const isEdited = (script: MigrationScript) => {
    const row = recorded(script)
    return row !== undefined && isChanged(row, script)
  }
  return {
    applied: sorted.filter(script => recorded(script) && !isEdited(script)),
    localOnly: sorted.filter(script => !recorded(script)),
    remoteOnly: [...history.values()].filter(({ version }) => !local.has(version)),
    changed: sorted.filter(isEdited),
  }
}
