export { type Database, type DatabaseAddress, migrationsDir, openDatabase } from './database/database.ts'
export { type Migrated, migrate } from './migrate/migrate.ts'
export { openQueue, type Queue, type SendOptions } from './queue/queue.ts'
export { storeOn } from './store.ts'
