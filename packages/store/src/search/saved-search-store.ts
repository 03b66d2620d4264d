import {
  GantryError,
  instantMs,
  instantOf,
  type KeptSearch,
  mostSearches,
  putBackMs,
  type SavedSearchStore,
  searchKey,
} from '@gantry/core'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import type { Schema } from '../database/schema.ts'
import { isUniqueViolation } from '../database/session.ts'
import type { SearchTables } from './search-tables.ts'

type Row = Selectable<SearchTables['gantry.saved_searches']>

export function savedSearchStore(database: Database): SavedSearchStore {
  const db = database.kysely
  const rows = (project: string) => db.selectFrom('gantry.saved_searches').selectAll().where('project', '=', project)
  return {
    async list(project, personId) {
      const own = rows(project).where('removed_at', 'is', null)
      const seen = own.where('owner_id', 'in', personId === null ? [''] : ['', personId])
      return (await seen.orderBy('name_key').orderBy('id').execute()).map(searchOf)
    },
    async get(project, id) {
      const row = await rows(project).where('id', '=', id).executeTakeFirst()
      return row ? searchOf(row) : null
    },
    add: search =>
      unlessTaken(search.name, () =>
        database.transaction(async transaction => {
          await requireRoom(transaction, search)
          await transaction.insertInto('gantry.saved_searches').values(rowOf(search)).execute()
        }),
      ),
    change: search => unlessTaken(search.name, () => database.transaction(transaction => change(transaction, search))),
    async remove(project, id, at) {
      const tooOld = instantOf(instantMs(at) - putBackMs)
      await db
        .deleteFrom('gantry.saved_searches')
        .where('project', '=', project)
        .where('removed_at', '<', tooOld)
        .execute()
      const removed = db.updateTable('gantry.saved_searches').set({ removed_at: at }).where('project', '=', project)
      const done = await removed.where('id', '=', id).where('removed_at', 'is', null).executeTakeFirst()
      return done.numUpdatedRows > 0n
    },
    async putBack(project, id) {
      const row = await rows(project).where('id', '=', id).where('removed_at', 'is not', null).executeTakeFirst()
      if (!row) return null
      const search = searchOf(row)
      await unlessTaken(search.name, () =>
        database.transaction(async transaction => {
          await requireRoom(transaction, search)
          const put = transaction.updateTable('gantry.saved_searches').set({ removed_at: null })
          await put.where('project', '=', project).where('id', '=', id).execute()
        }),
      )
      return search
    },
  }
}

async function change(db: Kysely<Schema>, search: KeptSearch): Promise<void> {
  const { project, id, ...changed } = rowOf(search)
  const own = db.selectFrom('gantry.saved_searches').select('owner_id').where('project', '=', project)
  const former = await own.where('id', '=', id).executeTakeFirst()
  // Whoever has it from now on has one more.
  if (former && former.owner_id !== changed.owner_id) await requireRoom(db, search)
  const written = await db
    .updateTable('gantry.saved_searches')
    .set({ ...changed, version: search.version + 1 })
    .where('project', '=', project)
    .where('id', '=', id)
    .where('version', '=', search.version)
    .where('removed_at', 'is', null)
    .executeTakeFirst()
  if (written.numUpdatedRows > 0n) return
  throw new GantryError('CONFLICT', `the search ${search.name} was changed or removed meanwhile`)
}

/** What two add at once is counted one after the other. */
async function requireRoom(db: Kysely<Schema>, { project, kind, ownerId }: KeptSearch): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`gantry.saved_searches ${project}`}, 0))`.execute(db)
  const { count } = await db
    .selectFrom('gantry.saved_searches')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('project', '=', project)
    .where('kind', '=', kind)
    .where('owner_id', '=', ownerId ?? '')
    .where('removed_at', 'is', null)
    .executeTakeFirstOrThrow()
  if (Number(count) < mostSearches) return
  throw new GantryError('SEARCHES_FULL', `there are ${mostSearches} saved searches of ${kind} already`)
}

async function unlessTaken(name: string, write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (cause) {
    if (!isUniqueViolation(cause)) throw cause
    throw new GantryError('SEARCH_NAME_TAKEN', `a saved search is called ${name} already`, {}, { cause })
  }
}

const rowOf = (search: KeptSearch): Row => ({
  project: search.project,
  id: search.id,
  kind: search.kind,
  owner_id: search.ownerId ?? '',
  name: search.name,
  name_key: searchKey(search.name),
  search: search.search,
  version: search.version,
  changed_at: search.changedAt,
  changed_by: search.changedBy,
  removed_at: null,
})

const searchOf = (row: Row): KeptSearch =>
  ({
    project: row.project,
    id: row.id,
    kind: row.kind,
    ownerId: row.owner_id || null,
    isShared: row.owner_id === '',
    name: row.name,
    search: row.search,
    version: row.version,
    changedAt: row.changed_at,
    changedBy: row.changed_by,
  }) as KeptSearch
