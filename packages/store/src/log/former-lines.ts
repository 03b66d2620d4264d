import type { ServiceLine } from '@gantry/core'
import { sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import { type LineRow, lineOf } from './line-row.ts'

/** Lines that a server which keeps them in files finds in its database, from a time before that or from servers side by side. */
export interface FormerLines {
  count(): Promise<number>
  /** The newest of a project, newest first; empty when there are no more. The same ones until they are removed. */
  newest(project: string): Promise<ServiceLine[]>
  remove(project: string, lines: readonly Pick<ServiceLine, 'id'>[]): Promise<void>
}

const atOnce = 2_000

export const formerLines = ({ kysely: db }: Database): FormerLines => ({
  async count() {
    const { rows } = await sql<{ count: number }>`select count(*) as count from gantry.lines`.execute(db)
    return Number(rows[0]?.count ?? 0)
  },
  async newest(project) {
    const { rows } = await sql<LineRow>`
      select * from gantry.lines where project = ${project} order by id desc limit ${atOnce}`.execute(db)
    return rows.map(lineOf)
  },
  async remove(project, lines) {
    await sql`
      delete from gantry.lines where project = ${project} and id = any(${lines.map(({ id }) => id)}::text[])`.execute(
      db,
    )
  },
})
