import type { SlackAccountStore } from '@gantry/core'
import type { Database } from '../database/opened-database.ts'

export function slackAccountStore({ kysely: db }: Database): SlackAccountStore {
  const accounts = () => db.selectFrom('gantry.slack_accounts').select(['team', 'slack_user as user', 'label'])
  return {
    async personOf({ team, user }) {
      const own = db.selectFrom('gantry.slack_accounts').select('person_id').where('team', '=', team)
      return (await own.where('slack_user', '=', user).executeTakeFirst())?.person_id ?? null
    },
    async offer({ team, user: slack_user, label }, offer_hash, offered_until) {
      const offered = { label, offer_hash, offered_until }
      await db
        .insertInto('gantry.slack_accounts')
        .values({ team, slack_user, person_id: null, ...offered })
        .onConflict(conflict => conflict.columns(['team', 'slack_user']).doUpdateSet(offered))
        .execute()
    },
    async offered(hash, now) {
      return (
        (await accounts().where('offer_hash', '=', hash).where('offered_until', '>', now).executeTakeFirst()) ?? null
      )
    },
    async take(hash, person_id, now) {
      const taken = db.updateTable('gantry.slack_accounts').set({ person_id, offer_hash: null, offered_until: null })
      const own = taken.where('offer_hash', '=', hash).where('offered_until', '>', now)
      return (await own.returning(['team', 'slack_user as user', 'label']).executeTakeFirst()) ?? null
    },
    of: personId => accounts().where('person_id', '=', personId).orderBy('label').execute(),
    async remove(personId, { team, user }) {
      const removed = db.deleteFrom('gantry.slack_accounts').where('person_id', '=', personId)
      const own = removed.where('team', '=', team).where('slack_user', '=', user)
      return (await own.executeTakeFirst()).numDeletedRows > 0n
    },
  }
}
