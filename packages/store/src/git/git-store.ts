import type { GitStore, SharedPush } from '@gantry/core'
import type { Kysely } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import type { Schema } from '../database/schema.ts'

export function gitStore(database: Database): GitStore {
  const db = database.kysely
  return {
    async refs(project) {
      const rows = db.selectFrom('gantry.git_refs').select(['ref', 'sha', 'push_id', 'actor'])
      const found = await rows.where('project', '=', project).orderBy('ref').execute()
      return found.map(({ push_id: pushId, ...ref }) => ({ ...ref, pushId }))
    },
    packs: project =>
      db
        .selectFrom('gantry.git_packs')
        .select(['number', 'object'])
        .where('project', '=', project)
        .orderBy('number')
        .execute(),
    async push(project, push) {
      const kept = database.transaction(async transaction => {
        for (const update of push.updates)
          if (!(await move(transaction, project, update, push))) throw new NotThere(update.ref)
        return { pack: push.object === null ? null : await addPack(transaction, project, push.object) }
      })
      return kept.catch(cause => {
        if (cause instanceof NotThere) return null
        throw cause
      })
    },
    repack: (project, object, numbers) =>
      database.transaction(async transaction => {
        const replaced = transaction.deleteFrom('gantry.git_packs').where('project', '=', project)
        await replaced.where('number', 'in', [...numbers]).execute()
        return addPack(transaction, project, object)
      }),
    forget: project =>
      database.transaction(async transaction => {
        await transaction.deleteFrom('gantry.git_refs').where('project', '=', project).execute()
        await transaction.deleteFrom('gantry.git_packs').where('project', '=', project).execute()
      }),
  }
}

async function addPack(transaction: Kysely<Schema>, project: string, object: string): Promise<number> {
  const added = transaction.insertInto('gantry.git_packs').values({ project, object }).returning('number')
  return (await added.executeTakeFirstOrThrow()).number
}

/** Undoes the transaction: a push is kept whole or not at all. */
class NotThere extends Error {}

/** False when the branch is elsewhere than the push found it. */
async function move(
  transaction: Kysely<Schema>,
  project: string,
  { ref, before, after }: SharedPush['updates'][number],
  { id, actor }: SharedPush,
): Promise<boolean> {
  const rows = transaction.selectFrom('gantry.git_refs').select('sha').where('project', '=', project)
  const known = (await rows.where('ref', '=', ref).forUpdate().executeTakeFirst())?.sha ?? null
  if (known === after) return true
  if (known !== before) return false
  if (after === null) {
    const gone = transaction.deleteFrom('gantry.git_refs').where('project', '=', project).where('ref', '=', ref)
    await gone.execute()
    return true
  }
  const there = { sha: after, push_id: id, actor }
  const written = await transaction
    .insertInto('gantry.git_refs')
    .values({ project, ref, ...there })
    .onConflict(conflict =>
      conflict
        .columns(['project', 'ref'])
        .doUpdateSet(there)
        .where('gantry.git_refs.sha', '=', before ?? ''),
    )
    .executeTakeFirst()
  return (written.numInsertedOrUpdatedRows ?? 0n) > 0n
}
