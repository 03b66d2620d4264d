import { GantryError } from '@gantry/core'
import { isChanged, type Recorded } from './history.ts'
import type { MigrationScript } from './migration-script.ts'

export interface Edited extends MigrationScript {
  /** The name it was applied by; null where none was noted. */
  appliedAs: string | null
}

/** Where the files of a repository and a database differ. Each in the order of the versions. */
export interface Drift {
  applied: MigrationScript[]
  /** In the repository alone: to be applied. */
  localOnly: MigrationScript[]
  /** In the database alone: somebody applied it, and its file is not here. */
  remoteOnly: Recorded[]
  /** In both, and the file says something else since. */
  changed: Edited[]
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
    changed: sorted.filter(isEdited).map(script => ({ ...script, appliedAs: recorded(script)?.name ?? null })),
  }
}

/**
 * Nothing of it is mended by applying more.
 * @throws GantryError MIGRATION_CHANGED, MIGRATION_DRIFT
 */
export function requireNoDrift(
  { changed, remoteOnly }: Pick<Drift, 'changed' | 'remoteOnly'>,
  { ignoresRemote }: { ignoresRemote: boolean },
): void {
  if (changed.length > 0)
    throw new GantryError(
      'MIGRATION_CHANGED',
      `${changed.map(bothNames).join(', ')}: applied before and edited since`,
      {
        changed: changed.map(nameOf),
      },
    )
  if (remoteOnly.length === 0 || ignoresRemote) return
  const names = remoteOnly.map(nameOf)
  throw new GantryError('MIGRATION_DRIFT', `the database has ${names.join(', ')}, which are not here`, {
    remoteOnly: names,
  })
}

/** As its file is called, without the ending. */
export const nameOf = ({ version, name }: Pick<Recorded, 'version' | 'name'>): string =>
  name ? `${version}_${name}` : version

const bothNames = ({ appliedAs, ...script }: Edited): string =>
  appliedAs === null || appliedAs === script.name
    ? nameOf(script)
    : `${nameOf(script)} (as ${nameOf({ ...script, name: appliedAs })})`
