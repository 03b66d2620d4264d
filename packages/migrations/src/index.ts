export { applyMigrations, type Migrated, type MigrationScript } from './apply-migrations.ts'
export type { SqlSession } from './sql-session.ts'
