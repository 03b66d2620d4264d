import type { NamedRelease, NamedReleaseStore, SaidOfRelease } from '@gantry/core'
import { type Selectable, sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import type { Schema } from '../database/schema.ts'
import { storableJson } from '../database/values.ts'

/** Of one release; the newest stay. */
const mostDeploys = 100

export function namedReleaseStore(database: Database): NamedReleaseStore {
  const db = database.kysely
  const releases = (project: string) =>
    db.selectFrom('gantry.named_releases').selectAll().where('project', '=', project)
  return {
    say: (project, version, said, at) => say(database, project, version, said, at),
    async get(project, version) {
      const row = await releases(project).where('version', '=', version).executeTakeFirst()
      return row ? releaseOf(row) : null
    },
    async list(project, limit) {
      const rows = releases(project).orderBy('created_at', 'desc').orderBy('version').limit(limit)
      return (await rows.execute()).map(releaseOf)
    },
    async remove(project, version) {
      const one = db.deleteFrom('gantry.named_releases').where('project', '=', project).where('version', '=', version)
      return (await one.executeTakeFirst()).numDeletedRows > 0n
    },
  }
}

async function say(database: Database, project: string, version: string, said: SaidOfRelease, at: string) {
  const commits = said.commits === undefined ? null : storableJson(said.commits)
  const deploys = storableJson(said.deploy === undefined ? [] : [said.deploy])
  const { rows } = await sql<Selectable<Schema['gantry.named_releases']> & { isNew: boolean }>`
    insert into gantry.named_releases as known (project, version, sha, url, commits, deploys, created_at, released_at)
    values (${project}, ${version}, ${said.sha ?? null}, ${said.url ?? null}, coalesce(${commits}::jsonb, '[]'),
      ${deploys}::jsonb, ${at}, ${said.releasedAt ?? null})
    on conflict (project, version) do update set
      sha = coalesce(excluded.sha, known.sha),
      url = coalesce(excluded.url, known.url),
      released_at = coalesce(excluded.released_at, known.released_at),
      import_id = null,
      commits = coalesce(${commits}::jsonb, known.commits),
      deploys = jsonb_path_query_array(excluded.deploys || known.deploys, ${`$[0 to ${mostDeploys - 1}]`}::jsonpath)
    returning *, xmax = 0 as "isNew"`.execute(database.kysely)
  const [row] = rows
  if (!row) throw new Error('a statement that returns its row always has one')
  return { release: releaseOf(row), isNew: row.isNew }
}

const releaseOf = (row: Selectable<Schema['gantry.named_releases']>): NamedRelease => ({
  ...{ project: row.project, version: row.version, sha: row.sha, url: row.url },
  ...{ commits: row.commits, deploys: row.deploys, createdAt: row.created_at, releasedAt: row.released_at },
})
