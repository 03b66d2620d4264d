export { applyMigrations, type Migrated } from './apply-migrations.ts'
export type { MigrationScript } from './migration-script.ts'
export type { SqlSession } from './sql-session.ts'
