export { embeddedDatabase, layOutDatabase, templateDir } from './embedded-database.ts'
export { type RealPostgres, realPostgres } from './real-postgres.ts'
