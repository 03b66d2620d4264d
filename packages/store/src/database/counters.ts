import type { Kysely } from 'kysely'
import type { Schema } from './schema.ts'

/** Takes `count` numbers and answers the last of them. Counting starts at 1; a number is never given twice. */
export async function takeNumbers(db: Kysely<Schema>, project: string, name: string, count = 1): Promise<number> {
  const { value } = await db
    .insertInto('gantry.counters')
    .values({ project, name, value: count })
    .onConflict(conflict =>
      conflict.columns(['project', 'name']).doUpdateSet(eb => ({ value: eb('gantry.counters.value', '+', count) })),
    )
    .returning('value')
    .executeTakeFirstOrThrow()
  return value
}
