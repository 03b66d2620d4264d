import { table } from '../terminal/table.ts'
import type { DatabaseState } from './database-state.ts'
import type { MigrationsHere } from './migrations-here.ts'

/** Every migration of either side with what is to say of it, in the order of the versions. */
export function renderStatus(
  { dir, tool }: MigrationsHere,
  { drift, halfDone, invalidIndexes }: DatabaseState,
): string {
  const rows = [
    ...drift.applied.map(each => ({ ...each, state: 'applied' })),
    ...drift.localOnly.map(each => ({ ...each, state: 'to apply' })),
    ...drift.changed.map(each => ({ ...each, state: 'edited since it was applied' })),
    ...drift.remoteOnly.map(each => ({ ...each, state: 'in the database alone' })),
  ].toSorted((a, b) => (a.version < b.version ? -1 : 1))
  return [
    `${dir} (${tool})`,
    table(
      ['version', 'name', 'state'],
      rows.map(({ version, name, state }) => [version, name ?? '–', state]),
    ).trimEnd() || 'no migration',
    ...halfDone.map(name => `${name} was begun and not ended`),
    ...invalidIndexes.map(({ index, table: of }) => `index ${index} of ${of} is not valid`),
  ].join('\n')
}
