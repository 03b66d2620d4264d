import { sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'

const stepRows = 5000

/** Deletes what is older, in small steps that let others work. Without a project: of all. Answers how many went. */
export async function forgetRows(
  { kysely }: Database,
  { table, column, before, project = null }: { table: string; column: string; before: string; project?: string | null },
): Promise<number> {
  const rows = sql.table(`gantry.${table}`)
  const own = project === null ? sql`true` : sql`project = ${project}`
  let count = 0
  for (;;) {
    const { numAffectedRows = 0n } = await sql`
      delete from ${rows} where ctid = any(array(
        select ctid from ${rows} where ${own} and ${sql.ref(column)} < ${before} limit ${stepRows}))`.execute(kysely)
    count += Number(numAffectedRows)
    if (numAffectedRows < stepRows) return count
  }
}
