import { judgeMemberChange, type Member, type MemberStore } from '@gantry/core'
import type { Kysely } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import type { Schema } from '../database/schema.ts'

export function memberStore(database: Database): MemberStore {
  const db = database.kysely
  return {
    memberships: personId =>
      db
        .selectFrom('gantry.memberships')
        .select(['project', 'role'])
        .where('person_id', '=', personId)
        .orderBy('project')
        .execute(),
    async role(project, personId) {
      const row = await db
        .selectFrom('gantry.memberships')
        .select('role')
        .where('project', '=', project)
        .where('person_id', '=', personId)
        .executeTakeFirst()
      return row?.role ?? null
    },
    members: project => membersOf(db, project),
    async addMember(project, personId, role, since) {
      const row = { project, person_id: personId, role, since }
      const added = db.insertInto('gantry.memberships').values(row)
      await added.onConflict(conflict => conflict.columns(['project', 'person_id']).doUpdateSet({ role })).execute()
    },
    changeMember: (project, personId, role) =>
      database.transaction(async trx => {
        const rows = await trx
          .selectFrom('gantry.memberships')
          .select(['person_id as id', 'role'])
          .where('project', '=', project)
          .orderBy('person_id')
          .forUpdate()
          .execute()
        const judged = judgeMemberChange(rows, personId, role)
        if (judged !== 'done') return judged
        const one = { project, person_id: personId }
        if (role === null)
          await trx
            .deleteFrom('gantry.memberships')
            .where(eb => eb.and(one))
            .execute()
        else
          await trx
            .updateTable('gantry.memberships')
            .set({ role })
            .where(eb => eb.and(one))
            .execute()
        return 'done'
      }),
  }
}

async function membersOf(db: Kysely<Schema>, project: string): Promise<Member[]> {
  return db
    .selectFrom('gantry.memberships')
    .innerJoin('gantry.people', 'gantry.people.id', 'gantry.memberships.person_id')
    .select(['gantry.people.id', 'gantry.people.name', 'gantry.people.email', 'gantry.memberships.role', 'since'])
    .where('project', '=', project)
    .orderBy('gantry.people.name')
    .orderBy('gantry.people.id')
    .execute()
}
