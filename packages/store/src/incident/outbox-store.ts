import type { Notice, OutboxRow, OutboxStore } from '@gantry/core'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import type { OutboxTable, Schema } from '../database/schema.ts'

export function outboxStore(database: Database): OutboxStore {
  const db = database.kysely
  return {
    add: rows => addNotices(db, rows, null),
    claim: (now, leaseMs, limit, project) => claim(db, { now, leaseMs, limit, project }),
    nextDue: project => nextDue(db, project),
    async sent(id, at) {
      await db
        .updateTable('gantry.outbox')
        .set(eb => ({ state: 'sent', sent_at: at, leased_until: null, attempts: eb('attempts', '+', 1) }))
        .where('id', '=', Number(id))
        .where('state', '=', 'pending')
        .execute()
    },
    async failed(id, { error, nextAt }) {
      const fate = nextAt === null ? { state: 'dead' as const } : { next_at: nextAt }
      await db
        .updateTable('gantry.outbox')
        .set(eb => ({ ...fate, last_error: error, leased_until: null, attempts: eb('attempts', '+', 1) }))
        .where('id', '=', Number(id))
        .where('state', '=', 'pending')
        .execute()
    },
    async unneeded(id) {
      await db.deleteFrom('gantry.outbox').where('id', '=', Number(id)).where('state', '=', 'pending').execute()
    },
    async forIncident(project, number) {
      const rows = db.selectFrom('gantry.outbox').selectAll().where('project', '=', project)
      return (await rows.where('incident', '=', number).orderBy('id').execute()).map(outboxRow)
    },
    async newest(project) {
      const rows = db.selectFrom('gantry.outbox').selectAll().distinctOn('channel').where('project', '=', project)
      return (await rows.orderBy('channel').orderBy('id', 'desc').execute()).map(outboxRow)
    },
    async ofKey(project, dedupKey) {
      const rows = db.selectFrom('gantry.outbox').selectAll().where('project', '=', project)
      return (await rows.where('dedup_key', '=', dedupKey).orderBy('id').execute()).map(outboxRow)
    },
  }
}

/** `incident` is the one these notices tell of, at its new version: the same word about it goes out once a channel. */
export async function addNotices(
  db: Kysely<Schema>,
  rows: { project: string; channel: string; notice: Notice }[],
  incident: { number: number; version: number } | null,
): Promise<void> {
  if (rows.length === 0) return
  const insert = db.insertInto('gantry.outbox').values(
    rows.map(({ project, channel, notice }) => ({
      project,
      channel,
      dedup_key: notice.dedupKey,
      kind: notice.kind,
      incident: incident?.number ?? notice.incident,
      incident_version: incident?.version ?? null,
      notice,
      next_at: notice.at,
      created_at: notice.at,
    })),
  )
  await insert.onConflict(conflict => conflict.doNothing()).execute()
}

const isOldestOfItsKey = sql`not exists (
  select from gantry.outbox as elder
  where elder.project = own.project and elder.channel = own.channel and elder.dedup_key = own.dedup_key
    and elder.state = 'pending' and elder.id < own.id
)`

/**
 * A lease, not a lock: when the process that took a row dies, the row is due again after `leaseMs`. Only the oldest
 * pending row of a project, channel and dedupKey is handed out, whether it waits for its next try or somebody sends it
 * now: whoever took a younger one too would have to send both within one lease.
 */
async function claim(
  db: Kysely<Schema>,
  { now, leaseMs, limit, project }: { now: string; leaseMs: number; limit: number; project: string | undefined },
): Promise<OutboxRow[]> {
  const leasedUntil = new Date(new Date(now).getTime() + leaseMs).toISOString()
  const { rows } = await sql<Selectable<OutboxTable>>`
    with due as (
      select id from gantry.outbox as own
      where state = 'pending' and next_at <= ${now} and (leased_until is null or leased_until <= ${now})
        and (${project ?? null}::text is null or project = ${project ?? null})
        and ${isOldestOfItsKey}
      order by id limit ${limit} for update of own skip locked
    )
    update gantry.outbox set leased_until = ${leasedUntil} from due where outbox.id = due.id
    returning outbox.*`.execute(db)
  return rows.toSorted((a, b) => a.id - b.id).map(outboxRow)
}

async function nextDue(db: Kysely<Schema>, project: string): Promise<string | null> {
  const { rows } = await sql<{ at: string | null }>`
    select min(greatest(next_at, leased_until)) as at from gantry.outbox as own
    where project = ${project} and state = 'pending' and ${isOldestOfItsKey}`.execute(db)
  return rows[0]?.at ?? null
}

const outboxRow = (row: Selectable<OutboxTable>): OutboxRow => ({
  id: String(row.id),
  project: row.project,
  channel: row.channel,
  notice: row.notice,
  state: row.state,
  attempts: row.attempts,
  nextAt: row.next_at,
  lastError: row.last_error,
  createdAt: row.created_at,
  sentAt: row.sent_at,
})
