import { Kysely } from 'kysely'
import { dialectOn } from './dialect.ts'
import type { Engine } from './session.ts'
import { driverRows } from './values.ts'

/** A library brings tables of its own, which our schema does not type. */
// biome-ignore lint/suspicious/noExplicitAny: the type that libraries which take a Kysely ask for
export type LibraryKysely = Kysely<any>

/** Kysely over the tables of schema `gantry`, with rows as node-postgres answers them: what libraries expect. */
export const kyselyForLibraries = (engine: Engine): LibraryKysely =>
  new Kysely<never>({ dialect: dialectOn(engine, driverRows) }).withSchema('gantry')
