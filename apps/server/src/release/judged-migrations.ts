import type { Migration } from '@gantry/core'
import { judgeMigrations, type MigrationScript } from '@gantry/migrations'

/**
 * The migrations of a release with what each statement would do to one that serves. A release carries every migration there
 * ever was: of statements that only add nothing more is kept.
 */
export async function judgedMigrations(scripts: readonly MigrationScript[]): Promise<Migration[]> {
  return (await judgeMigrations(scripts)).map(migration => ({
    ...migration,
    verdicts: migration.verdicts.filter(verdict => verdict.class !== 'expand'),
  }))
}
