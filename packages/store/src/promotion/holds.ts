import type { Hold, PromotionStore } from '@gantry/core'
import type { Kysely } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import type { Schema } from '../database/schema.ts'

export const holdsOf = ({ kysely: db }: Database): Pick<PromotionStore, 'hold' | 'holds' | 'setHold'> => ({
  async hold(project, environment) {
    const holds = db.selectFrom('gantry.holds').select('body').where('project', '=', project)
    return (await holds.where('environment', '=', environment).executeTakeFirst())?.body ?? null
  },
  async holds(project) {
    const holds = db.selectFrom('gantry.holds').select(['environment', 'body']).where('project', '=', project)
    return new Map((await holds.execute()).map(({ environment, body }) => [environment, body]))
  },
  setHold: (project, environment, hold) => setHold(db, project, environment, hold),
})

export async function setHold(
  db: Kysely<Schema>,
  project: string,
  environment: string,
  hold: Hold | null,
): Promise<void> {
  if (hold === null) {
    const held = db.deleteFrom('gantry.holds').where('project', '=', project)
    await held.where('environment', '=', environment).execute()
    return
  }
  await db
    .insertInto('gantry.holds')
    .values({ project, environment, body: hold })
    .onConflict(conflict => conflict.columns(['project', 'environment']).doUpdateSet({ body: hold }))
    .execute()
}
