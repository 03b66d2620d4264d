import { GantryError, type Import, type ImportOrigin, type ImportStore, type NewImport, originKey } from '@gantry/core'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import type { Schema } from '../database/schema.ts'
import { storableJson } from '../database/values.ts'
import { dayOf, makeRoomFor } from '../issue/days.ts'
import { withKnownRows } from '../issue/known-rows.ts'
import { takingTurn } from '../issue/life-rows.ts'
import { addReleases } from './add-releases.ts'
import { importIssues } from './import-issues.ts'
import type { ImportTables } from './import-tables.ts'
import { undoIssues } from './undo-issues.ts'

export function importStore(database: Database): ImportStore {
  const db = database.kysely
  return {
    begin: (project, asked) => takingTurn(database, project, transaction => begin(transaction, project, asked)),
    get: async (project, id) => (await shown(db, project, id))[0] ?? null,
    list: project => shown(db, project),
    known: (project, origin, sourceIds) => known(db, project, origin, sourceIds),
    async addIssues(project, { issues, ...batch }) {
      await makeRoomFor(database, [dayOf(batch.at)])
      return withKnownRows(db, rows =>
        takingTurn(database, project, async transaction => {
          const { origin } = await held(transaction, project, batch)
          return importIssues(transaction, { project, importId: batch.id, origin, at: batch.at, issues }, rows)
        }),
      )
    },
    addReleases: (project, { releases, ...batch }) =>
      takingTurn(database, project, async transaction => {
        await held(transaction, project, batch)
        return addReleases(transaction, project, batch.id, releases)
      }),
    end: (project, id, holder, at) =>
      takingTurn(database, project, async transaction => {
        await held(transaction, project, { id, holder, cursor: null })
        await setState(transaction, project, id, 'done', at)
        return one(transaction, project, id)
      }),
    undo: (project, id, limit, at) =>
      takingTurn(database, project, async transaction => {
        await one(transaction, project, id)
        await setState(transaction, project, id, 'undoing', null)
        const undone = await undoIssues(transaction, project, id, limit)
        if (undone.left === 0) {
          const named = transaction.deleteFrom('gantry.named_releases').where('project', '=', project)
          await named.where('import_id', '=', id).execute()
          await setState(transaction, project, id, 'undone', at)
        }
        return undone
      }),
  }
}

async function begin(db: Kysely<Schema>, project: string, asked: NewImport) {
  const wanted = sameAs(asked)
  const open = await db
    .selectFrom('gantry.imports')
    .select(['id', 'origin', 'asked'])
    .where('project', '=', project)
    .where('state', '=', 'running')
    .orderBy('started_at', 'desc')
    .execute()
  const former = open.find(row => sameAs(row) === wanted)
  if (former) {
    const change = db.updateTable('gantry.imports').set({ holder: asked.holder }).where('project', '=', project)
    await change.where('id', '=', former.id).execute()
    return { import: await one(db, project, former.id), isResumed: true }
  }
  const { id, origin, holder, by, at } = asked
  const row = { project, id, origin, asked: asked.asked, state: 'running' as const, holder, cursor: null }
  await db
    .insertInto('gantry.imports')
    .values({ ...row, started_by: by, started_at: at, ended_at: null })
    .execute()
  return { import: await one(db, project, id), isResumed: false }
}

function sameAs({ origin, asked }: Pick<NewImport, 'origin' | 'asked'>): string {
  const projects = Object.entries(asked.projects).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([originKey(origin), projects, asked.since])
}

/** Whoever took over ends the former: of two that carry out one import, one writes. */
async function held(
  db: Kysely<Schema>,
  project: string,
  { id, holder, cursor }: { id: string; holder: string; cursor: object | null },
): Promise<{ origin: ImportOrigin }> {
  const { rows } = await sql<{ origin: ImportOrigin }>`
    update gantry.imports set cursor = coalesce(${cursor && storableJson(cursor)}::jsonb, cursor)
    where project = ${project} and id = ${id} and holder = ${holder} and state = 'running'
    returning origin`.execute(db)
  const [row] = rows
  if (row) return row
  throw new GantryError('IMPORT_MOVED_ON', `this process does not carry out the import ${id} any more`, { import: id })
}

async function setState(
  db: Kysely<Schema>,
  project: string,
  id: string,
  state: Import['state'],
  at: string | null,
): Promise<void> {
  const change = db.updateTable('gantry.imports').set({ state, ended_at: at }).where('project', '=', project)
  await change.where('id', '=', id).execute()
}

async function known(
  db: Kysely<Schema>,
  project: string,
  origin: ImportOrigin,
  sourceIds: readonly string[],
): Promise<string[]> {
  if (sourceIds.length === 0) return []
  const rows = db.selectFrom('gantry.imported_issues').select('source_id').where('project', '=', project)
  const found = rows.where('origin', '=', originKey(origin)).where('source_id', 'in', [...sourceIds])
  return (await found.execute()).map(row => row.source_id)
}

async function one(db: Kysely<Schema>, project: string, id: string): Promise<Import> {
  const [found] = await shown(db, project, id)
  if (found) return found
  throw new GantryError('NOT_FOUND', `no import ${id} in ${project}`)
}

async function shown(db: Kysely<Schema>, project: string, id?: string): Promise<Import[]> {
  const { rows } = await sql<Selectable<ImportTables['gantry.imports']> & { issues: number; releases: number }>`
    select imports.*,
      (select count(*) from gantry.imported_issues as issues
        where issues.project = imports.project and issues.import_id = imports.id) as issues,
      (select count(*) from gantry.named_releases as named
        where named.project = imports.project and named.import_id = imports.id) as releases
    from gantry.imports where project = ${project} and (${id ?? null}::text is null or id = ${id ?? null})
    order by started_at desc, id limit 100`.execute(db)
  return rows.map(row => ({
    ...{ id: row.id, origin: row.origin, asked: row.asked, state: row.state, cursor: row.cursor },
    ...{ by: row.started_by, startedAt: row.started_at, endedAt: row.ended_at },
    ...{ issues: row.issues, releases: row.releases },
  }))
}
