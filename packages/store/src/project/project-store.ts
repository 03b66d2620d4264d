import type { Project, ProjectStore } from '@gantry/core'
import { type Selectable, sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import type { Schema } from '../database/schema.ts'
import { storableJson } from '../database/values.ts'

export function projectStore(database: Database): ProjectStore {
  const db = database.kysely
  const find = () => db.selectFrom('gantry.projects').selectAll()
  const get: ProjectStore['get'] = async name => {
    const row = await find().where('name', '=', name).executeTakeFirst()
    return row ? projectOf(row) : null
  }
  return {
    get,
    async ensure(project) {
      return (await get(project.name)) ?? create(database, project)
    },
    async byNumber(number) {
      const row = await find().where('number', '=', number).executeTakeFirst()
      return row ? projectOf(row) : null
    },
    async list() {
      return (await find().orderBy('number').execute()).map(projectOf)
    },
    async saveConfig(name, config, sha) {
      await db.updateTable('gantry.projects').set({ config, config_sha: sha }).where('name', '=', name).execute()
    },
    async rename(name, title) {
      await db.updateTable('gantry.projects').set({ title }).where('name', '=', name).execute()
    },
    async archive(name, at) {
      await db.updateTable('gantry.projects').set({ archived_at: at }).where('name', '=', name).execute()
    },
    async setting(project, name) {
      const settings = db.selectFrom('gantry.settings').select('value')
      return (await settings.where('project', '=', project).where('name', '=', name).executeTakeFirst())?.value ?? null
    },
    async saveSetting(project, name, value) {
      const row = { project, name, value: storableJson(value ?? null) }
      await db
        .insertInto('gantry.settings')
        .values(row)
        .onConflict(conflict => conflict.columns(['project', 'name']).doUpdateSet({ value: row.value }))
        .execute()
    },
  }
}

/** Numbers must not collide when two processes create projects at once, so creation is one at a time. */
function create(database: Database, { name, createdAt }: Parameters<ProjectStore['ensure']>[0]) {
  return database.transaction(async transaction => {
    await sql`select pg_advisory_xact_lock(hashtextextended('gantry.projects', 0))`.execute(transaction)
    await sql`
      insert into gantry.projects (name, number, created_at)
      select ${name}, coalesce(max(number), 0) + 1, ${createdAt} from gantry.projects
      on conflict (name) do nothing`.execute(transaction)
    const stored = transaction.selectFrom('gantry.projects').selectAll().where('name', '=', name)
    return projectOf(await stored.executeTakeFirstOrThrow())
  })
}

const projectOf = (row: Selectable<Schema['gantry.projects']>): Project => ({
  name: row.name,
  title: row.title ?? row.name,
  archivedAt: row.archived_at,
  number: row.number,
  config: row.config,
  configSha: row.config_sha,
  createdAt: row.created_at,
})
