import type { IntakeCountStore, IntakeOutcome } from '@gantry/core'
import { sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'

export function intakeCountStore(database: Database): IntakeCountStore {
  const db = database.kysely
  return {
    async add(counts) {
      if (counts.length === 0) return
      const column = <K extends keyof (typeof counts)[number]>(name: K) => counts.map(count => count[name])
      // Sorted, so that two servers that add the same rows at once do not wait for each other in turn.
      await sql`
        insert into gantry.intake_counts as known
          (project, hour, protocol, key_id, category, outcome, reason, quantity)
        select project, hour, protocol, key_id, category, outcome, reason, sum(quantity)::bigint from unnest(
          ${column('project')}::text[], ${column('hour')}::timestamptz[], ${column('protocol')}::text[],
          ${column('keyId')}::text[], ${column('category')}::text[], ${column('outcome')}::text[],
          ${column('reason')}::text[], ${column('quantity')}::bigint[]
        ) as added (project, hour, protocol, key_id, category, outcome, reason, quantity)
        group by 1, 2, 3, 4, 5, 6, 7 order by 1, 2, 3, 4, 5, 6, 7
        on conflict (project, hour, protocol, key_id, category, outcome, reason)
        do update set quantity = known.quantity + excluded.quantity`.execute(db)
    },
    async since(project, from) {
      const rows = await db
        .selectFrom('gantry.intake_counts')
        .select(['protocol', 'key_id', 'category', 'outcome', 'reason'])
        .select(sql<number>`sum(quantity)::bigint`.as('quantity'))
        .where('project', '=', project)
        .where('hour', '>=', from)
        .groupBy(['protocol', 'key_id', 'category', 'outcome', 'reason'])
        .orderBy('quantity', 'desc')
        .orderBy('category')
        .orderBy('reason')
        .execute()
      return rows.map(({ key_id: keyId, outcome, ...rest }) => ({
        ...rest,
        project,
        keyId,
        outcome: outcome satisfies IntakeOutcome,
      }))
    },
  }
}
