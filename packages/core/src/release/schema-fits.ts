import type { Migration } from './release.ts'

/** Whether a former release still works with a schema: every migration it does not know must only add. */
export interface SchemaFit {
  fits: boolean
  /** One sentence. */
  detail: string
  /** Migrations in the database the release does not have, oldest first. */
  unknown: Migration[]
}

/**
 * @example schemaFits(former.migrations, applied).fits // false after `drop column`
 */
export function schemaFits(known: Pick<Migration, 'version'>[], applied: Migration[]): SchemaFit {
  const versions = new Set(known.map(migration => migration.version))
  const unknown = applied
    .filter(migration => !versions.has(migration.version))
    .toSorted((a, b) => (a.version < b.version ? -1 : 1))
  if (unknown.length === 0) return { fits: true, detail: 'the schema is the one it was made for', unknown }
  const harmful = unknown.filter(migration => migration.effect === 'contract')
  if (harmful.length === 0) {
    const count = unknown.length === 1 ? '1 migration' : `${unknown.length} migrations`
    return { fits: true, detail: `the schema is ${count} ahead, which only add`, unknown }
  }
  const taken = harmful.map(each => `${each.version}_${each.name} ${each.takesAway.join(', ')}`).join('; ')
  return { fits: false, detail: `the schema lacks what it uses: ${taken}`, unknown }
}

/** Migrations of the new release the former one does not have, in the order they are applied. */
export function pendingMigrations(release: Migration[], former: Pick<Migration, 'version'>[]): Migration[] {
  const applied = new Set(former.map(migration => migration.version))
  return release
    .filter(migration => !applied.has(migration.version))
    .toSorted((a, b) => (a.version < b.version ? -1 : 1))
}
