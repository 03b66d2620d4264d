import type { Invitation, InvitationStore } from '@gantry/core'
import type { Selectable } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import type { Schema } from '../database/schema.ts'

export function invitationStore({ kysely: db }: Database): InvitationStore {
  return {
    async addInvitation({ id, hash, project, role, email, invitedBy, createdAt, expiresAt }) {
      const row = { id, hash, project, role, email: email?.toLowerCase() ?? null, invited_by: invitedBy }
      await db
        .insertInto('gantry.invitations')
        .values({ ...row, created_at: createdAt, expires_at: expiresAt, used_at: null, used_by: null })
        .execute()
    },
    async invitation(hash) {
      const row = await db.selectFrom('gantry.invitations').selectAll().where('hash', '=', hash).executeTakeFirst()
      return row ? invitationOf(row) : null
    },
    async invitations(project, now) {
      const rows = await db
        .selectFrom('gantry.invitations')
        .selectAll()
        .where('project', '=', project)
        .where('used_at', 'is', null)
        .where('expires_at', '>', now)
        .orderBy('created_at', 'desc')
        .execute()
      return rows.map(invitationOf)
    },
    async useInvitation(hash, usedBy, now) {
      const row = await db
        .updateTable('gantry.invitations')
        .set({ used_at: now, used_by: usedBy })
        .where('hash', '=', hash)
        .where('used_at', 'is', null)
        .where('expires_at', '>', now)
        .returningAll()
        .executeTakeFirst()
      return row ? invitationOf(row) : null
    },
    async revokeInvitation(project, id, now) {
      const row = await db
        .deleteFrom('gantry.invitations')
        .where('project', '=', project)
        .where('id', '=', id)
        .where('used_at', 'is', null)
        .where('expires_at', '>', now)
        .returningAll()
        .executeTakeFirst()
      return row ? invitationOf(row) : null
    },
  }
}

const invitationOf = (row: Selectable<Schema['gantry.invitations']>): Invitation => ({
  id: row.id,
  project: row.project,
  role: row.role,
  email: row.email,
  invitedBy: row.invited_by,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  usedAt: row.used_at,
  usedBy: row.used_by,
})
