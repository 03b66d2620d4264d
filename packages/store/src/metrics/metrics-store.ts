import type { MetricsStore, RunFact } from '@gantry/core'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import type { Schema } from '../database/schema.ts'

export function metricsStore(database: Database): MetricsStore {
  return {
    record: (project, facts) =>
      database.transaction(async transaction => {
        for (const fact of facts) await put(transaction, project, fact, true)
      }),
    addJobs: (project, partial) => database.transaction(transaction => put(transaction, project, partial, false)),
    async since(project, at) {
      const facts = database.kysely.selectFrom('gantry.run_facts').select('body').where('project', '=', project)
      const whole = facts.where('is_whole', '=', true).where('completed_at', '>=', at)
      const rows = await whole.orderBy('completed_at').orderBy('id').execute()
      return rows.map(({ body }) => body)
    },
  }
}

/** Two deliveries about one run may arrive at once: the row is made first, then locked, then changed. */
async function put(db: Kysely<Schema>, project: string, fact: RunFact, isWhole: boolean): Promise<void> {
  const { source, id, attempt, completedAt } = fact
  const made = await sql`
    insert into gantry.run_facts (project, source, id, attempt, is_whole, completed_at, body)
    values (${project}, ${source}, ${id}, ${attempt}, ${isWhole}, ${completedAt}, ${fact}) on conflict do nothing`.execute(
    db,
  )
  if (made.numAffectedRows === 1n) return
  const one = { project, source, id, attempt }
  const known = await db
    .selectFrom('gantry.run_facts')
    .select(['body', 'is_whole'])
    .where(({ and }) => and(one))
    .forUpdate()
    .executeTakeFirstOrThrow()
  const told = new Set(fact.jobs.map(({ name }) => name))
  const jobs = [...known.body.jobs.filter(({ name }) => !told.has(name)), ...fact.jobs]
  const body = { ...(isWhole ? fact : known.body), jobs }
  await db
    .updateTable('gantry.run_facts')
    .set({ body, completed_at: body.completedAt, is_whole: isWhole || known.is_whole })
    .where(({ and }) => and(one))
    .execute()
}
