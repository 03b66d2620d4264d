import { type Account, GantryError, type PeopleStore } from '@gantry/core'
import { sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import { isUniqueViolation } from '../database/session.ts'

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
      const saved = people.onConflict(conflict => conflict.column('id').doUpdateSet(said)).execute()
      await saved.catch(cause => {
        if (!isUniqueViolation(cause)) throw cause
        throw new GantryError('CONFLICT', `somebody else has or had the e-mail ${email}`, {}, { cause })
      })
    },
    async whoseEmail(email) {
      const people = db.selectFrom('gantry.people').select('id')
      const theirs = people.where(row =>
        row.or([
          row('email', '=', email.toLowerCase()),
          row(sql.val(email.toLowerCase()), '=', row.fn.any('former_emails')),
        ]),
      )
      return (await theirs.executeTakeFirst())?.id ?? null
    },
    async whoseGitHub(account) {
      const accounts = db.selectFrom('gantry.accounts').select('person_id').where('provider_id', '=', 'github')
      return (await accounts.where('account_id', '=', String(account)).executeTakeFirst())?.person_id ?? null
    },
    async passwordHash(id) {
      const accounts = db.selectFrom('gantry.accounts').select('password').where('person_id', '=', id)
      const row = await accounts.where('provider_id', '=', 'credential').executeTakeFirst()
      return row?.password ?? null
    },
    async secondFactor(id) {
      const row = db.selectFrom('gantry.people').select('two_factor_enabled').where('id', '=', id)
      return (await row.executeTakeFirst())?.two_factor_enabled ?? false
    },
    async knownAs(id) {
      const people = db.selectFrom('gantry.people').select(['name', 'former_names', 'email', 'former_emails'])
      const row = await people.where('id', '=', id).executeTakeFirst()
      if (!row) return { names: [], emails: [] }
      const accounts = db.selectFrom('gantry.accounts').select('account_id').where('person_id', '=', id)
      const github = (await accounts.where('provider_id', '=', 'github').execute()).map(each => Number(each.account_id))
      return {
        names: [...new Set([row.name, ...row.former_names])],
        emails: [...new Set([...(row.email === null ? [] : [row.email]), ...row.former_emails])],
        ...(github.length > 0 && { github }),
      }
    },
  }
}
