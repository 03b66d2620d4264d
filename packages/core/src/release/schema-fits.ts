import { counted } from '../words/counted.ts'
import { acceptedStatements, refusedStatements } from './migration-safety.ts'
import type { Migration, StatementVerdict } from './release.ts'

/** Whether a former release still works with a schema. */
export interface SchemaFit {
  fits: boolean
  /** One sentence. */
  detail: string
  /** Migrations in the database the release does not have, oldest first. */
  unknown: Migration[]
}

/**
 * Every migration that the release does not know must leave what it uses. Rows that one changed are no matter of the schema.
 *
 * @param isAccepted whether what a person accepted of a migration was about this release: it served when that was applied
 * @example schemaFits(former.migrations, applied).fits // false after `drop column`
 */
export function schemaFits(
  known: Pick<Migration, 'version'>[],
  applied: Migration[],
  isAccepted: (migration: Migration) => boolean = () => false,
): SchemaFit {
  const unknown = pendingMigrations(applied, known)
  if (unknown.length === 0) return { fits: true, detail: 'the schema is the one it was made for', unknown }
  const taken = unknown.flatMap(migration => {
    const found = [...refusedStatements(migration), ...(isAccepted(migration) ? [] : acceptedStatements(migration))]
    return found.filter(isOfSchema).map(({ why }) => `${migration.version}_${migration.name} ${why}`)
  })
  if (taken.length > 0) return { fits: false, detail: `the schema may lack what it uses: ${taken.join('; ')}`, unknown }
  const ahead = `the schema is ${counted(unknown.length, 'migration')} ahead`
  const onlyAdd = unknown.every(({ effect }) => effect === 'expand')
  return { fits: true, detail: `${ahead}${onlyAdd ? ', which only add' : ' and keeps what it uses'}`, unknown }
}

const isOfSchema = (verdict: StatementVerdict): boolean => verdict.class !== 'data'

/** Migrations of the new release the former one does not have, in the order they are applied. */
export function pendingMigrations(release: Migration[], former: Pick<Migration, 'version'>[]): Migration[] {
  const applied = new Set(former.map(migration => migration.version))
  return release
    .filter(migration => !applied.has(migration.version))
    .toSorted((a, b) => (a.version < b.version ? -1 : 1))
}
