import type { GitHubStore, PushedMove } from '@gantry/core'
import { sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'

/** Who pushed what on GitHub. It outlives the connection: another one may be made for the same commits. */
export function githubPushes({ kysely: db }: Database): Pick<GitHubStore, 'keepPush' | 'keptPushes' | 'pushesOf'> {
  return {
    async keepPush(project, body) {
      const { ref, before, after, actor, at, fresh, moved } = body
      const same = { project, ref, before_sha: before ?? '', after_sha: after, actor_id: actor.id }
      const row = { ...same, pushed_at: at, shas: [...new Set([...fresh, ...moved])], body }
      await db
        .insertInto('gantry.github_pushes')
        .values(row)
        .onConflict(conflict => conflict.doNothing())
        .execute()
    },
    async keptPushes(project, pushes) {
      if (pushes.length === 0) return []
      const rows = await db
        .selectFrom('gantry.github_pushes')
        .select(['ref', 'before_sha', 'after_sha', 'actor_id'])
        .where('project', '=', project)
        .where(
          'after_sha',
          'in',
          pushes.map(({ after }) => after),
        )
        .execute()
      const kept = new Set(rows.map(row => keyOf(row.ref, row.before_sha, row.after_sha, row.actor_id)))
      return pushes.map(push => kept.has(keyOfMove(push)))
    },
    async pushesOf(project, shas) {
      if (shas.length === 0) return []
      const rows = db.selectFrom('gantry.github_pushes').select('body').where('project', '=', project)
      const own = rows.where(sql<boolean>`shas && ${[...shas]}::text[]`)
      return (await own.orderBy('pushed_at').orderBy('after_sha').execute()).map(({ body }) => body)
    },
  }
}

const keyOf = (ref: string, before: string, after: string, actor: number): string =>
  `${ref} ${before} ${after} ${actor}`
const keyOfMove = ({ ref, before, after, actor }: PushedMove): string => keyOf(ref, before ?? '', after, actor.id)
