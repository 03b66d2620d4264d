import type { GitHubDelivery, GitHubLink, GitHubStore } from '@gantry/core'
import { type Selectable, sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import type { Schema } from '../database/schema.ts'
import { githubPushes } from './github-pushes.ts'

export function githubStore(database: Database): GitHubStore {
  const db = database.kysely
  return {
    async connection(project) {
      const rows = db.selectFrom('gantry.github_connections').select('body').where('project', '=', project)
      return (await rows.executeTakeFirst())?.body ?? null
    },
    async saveConnection(project, body) {
      await db
        .insertInto('gantry.github_connections')
        .values({ project, body })
        .onConflict(conflict => conflict.column('project').doUpdateSet({ body }))
        .execute()
    },
    async identify(project, { repository, repositoryId }) {
      await db
        .updateTable('gantry.github_connections')
        .set({ body: sql`jsonb_set(body, '{repositoryId}', to_jsonb(${repositoryId}::bigint))` })
        .where('project', '=', project)
        .where(sql<boolean>`body ->> 'repositoryId' is null`)
        .where(sql<boolean>`lower(body ->> 'repository') = lower(${repository})`)
        .execute()
    },
    removeConnection: project =>
      database.transaction(async transaction => {
        await transaction.deleteFrom('gantry.github_links').where('project', '=', project).execute()
        const removed = transaction.deleteFrom('gantry.github_connections').where('project', '=', project)
        return (await removed.executeTakeFirst()).numDeletedRows > 0n
      }),
    ...deliveries(database),
    ...githubPushes(database),
    async links(project, kind, keys) {
      if (keys.length === 0) return []
      const rows = db.selectFrom('gantry.github_links').selectAll().where('project', '=', project)
      return (
        await rows
          .where('kind', '=', kind)
          .where('key', 'in', [...keys])
          .execute()
      ).map(linkOf)
    },
    async openLinks(project, kind) {
      const rows = db.selectFrom('gantry.github_links').selectAll().where('project', '=', project)
      const open = rows.where('kind', '=', kind).where('is_open', '=', true)
      return (await open.orderBy('updated_at').orderBy('key').execute()).map(linkOf)
    },
    async saveLink(project, { kind, key, isOpen, body }, at) {
      const kept = { is_open: isOpen, body, updated_at: at }
      await db
        .insertInto('gantry.github_links')
        .values({ project, kind, key, ...kept })
        .onConflict(conflict => conflict.columns(['project', 'kind', 'key']).doUpdateSet(kept))
        .execute()
    },
  }
}

type Deliveries = Pick<GitHubStore, 'keepDelivery' | 'dueDeliveries' | 'lastDelivery' | 'nextDelivery' | 'handled'>

function deliveries({ kysely: db }: Database): Deliveries {
  const waiting = (project: string) =>
    db.selectFrom('gantry.github_deliveries').where('project', '=', project).where('handled_at', 'is', null)
  return {
    async keepDelivery(project, body) {
      const { id, digest, receivedAt } = body
      const row = { project, id, digest, received_at: receivedAt, body, due_at: receivedAt }
      const kept = db
        .insertInto('gantry.github_deliveries')
        .values(row)
        .onConflict(conflict => conflict.doNothing())
      return (await kept.executeTakeFirst()).numInsertedOrUpdatedRows === 1n
    },
    async dueDeliveries(project, at, limit) {
      const due = waiting(project).select(['body', 'tries']).where('due_at', '<=', at)
      const rows = await due.orderBy('received_at').orderBy('id').limit(limit).execute()
      return rows.map(({ body, tries }): GitHubDelivery & { tries: number } => ({ ...body, tries }))
    },
    async lastDelivery(project) {
      const all = db.selectFrom('gantry.github_deliveries').select('received_at').where('project', '=', project)
      return (await all.orderBy('received_at', 'desc').limit(1).executeTakeFirst())?.received_at ?? null
    },
    async nextDelivery(project) {
      return (await waiting(project).select('due_at').orderBy('due_at').limit(1).executeTakeFirst())?.due_at ?? null
    },
    async handled(project, id, how) {
      const again = how.failure === null ? null : how.dueAt
      await db
        .updateTable('gantry.github_deliveries')
        .set(eb => ({
          tries: eb('tries', '+', 1),
          failure: how.failure,
          ...(again === null ? { handled_at: how.at } : { due_at: again }),
        }))
        .where('project', '=', project)
        .where('id', '=', id)
        .execute()
    },
  }
}

const linkOf = (row: Selectable<Schema['gantry.github_links']>): GitHubLink => ({
  kind: row.kind,
  key: row.key,
  isOpen: row.is_open,
  body: row.body,
})
