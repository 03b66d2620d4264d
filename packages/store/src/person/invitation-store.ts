import type { Invitation, InvitationStore } from '@gantry/core'
import type { Selectable } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import type { Schema } from '../database/schema.ts'

export function invitationStore({ kysely: db }: Database): InvitationStore {
  return {
    async addInvitation({ hash, ...invitation }) {
      await db.insertInto('gantry.invitations').values(rowOf(invitation, hash)).execute()
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
    async holdInvitation(hash, email, now) {
      const held = await db
        .updateTable('gantry.invitations')
        .set({ account_email: email.toLowerCase() })
        .where('hash', '=', hash)
        .where('used_at', 'is', null)
        .where('expires_at', '>', now)
        .where(row => row.or([row('account_email', 'is', null), row('account_email', '=', email.toLowerCase())]))
        .executeTakeFirst()
      return held.numUpdatedRows > 0n
    },
    async useInvitation(hash, { name, email }, now) {
      const row = await db
        .updateTable('gantry.invitations')
        .set({ used_at: now, used_by: name })
        .where('hash', '=', hash)
        .where('used_at', 'is', null)
        .where('expires_at', '>', now)
        .where(row => row.or([row('account_email', 'is', null), row('account_email', '=', email)]))
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

const rowOf = (invitation: Omit<Invitation, 'usedAt' | 'usedBy'>, hash: string) => ({
  ...{ id: invitation.id, hash, project: invitation.project, role: invitation.role },
  email: invitation.email?.toLowerCase() ?? null,
  invited_by: invitation.invitedBy,
  created_at: invitation.createdAt,
  expires_at: invitation.expiresAt,
  ...{ used_at: null, used_by: null },
})

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
