import type { Account, PeopleStore } from '@gantry/core'
import type { Database } from '../database/opened-database.ts'

/** The columns of an account, and what makes one of them. */
export const accountColumns = [
  'gantry.people.id',
  'gantry.people.name',
  'gantry.people.email',
  'gantry.people.is_server_owner',
] as const

export const accountOf = (row: {
  id: string
  name: string
  email: string | null
  is_server_owner: boolean
}): Account => ({ id: row.id, name: row.name, email: row.email, isServerOwner: row.is_server_owner })

export function peopleStore({ kysely: db }: Database): PeopleStore {
  return {
    async person(id) {
      const row = await db.selectFrom('gantry.people').select(accountColumns).where('id', '=', id).executeTakeFirst()
      return row ? accountOf(row) : null
    },
    async people() {
      const rows = db.selectFrom('gantry.people').select(accountColumns).orderBy('name').orderBy('id')
      return (await rows.execute()).map(accountOf)
    },
    async savePerson({ id, name, email, isServerOwner }) {
      const said = { name, email: email?.toLowerCase() ?? null, is_server_owner: isServerOwner }
      const people = db.insertInto('gantry.people').values({ id, ...said })
      await people.onConflict(conflict => conflict.column('id').doUpdateSet(said)).execute()
    },
    async secondFactor(id) {
      const row = db.selectFrom('gantry.people').select('two_factor_enabled').where('id', '=', id)
      return (await row.executeTakeFirst())?.two_factor_enabled ?? false
    },
    async emails(id) {
      const row = db.selectFrom('gantry.people').select(['email', 'former_emails']).where('id', '=', id)
      const { email = null, former_emails = [] } = (await row.executeTakeFirst()) ?? {}
      return [...(email === null ? [] : [email]), ...former_emails.filter(former => former !== email)]
    },
  }
}
