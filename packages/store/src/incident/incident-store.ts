import type { Incident, IncidentChange, IncidentEntry, IncidentStore } from '@gantry/core'
import { GantryError } from '@gantry/core'
import type { Kysely, Selectable } from 'kysely'
import { takeNumbers } from '../database/counters.ts'
import { movedOn } from '../database/moved-on.ts'
import type { Database } from '../database/opened-database.ts'
import type { Schema } from '../database/schema.ts'
import { isUniqueViolation } from '../database/session.ts'
import { appendRow } from '../ledger/ledger-store.ts'
import { addNotices } from './outbox-store.ts'

export function incidentStore(database: Database): IncidentStore {
  const db = database.kysely
  const incidents = (project: string) => db.selectFrom('gantry.incidents').select('body').where('project', '=', project)
  return {
    nextNumber: project => takeNumbers(db, project, 'incident'),
    apply: change => apply(database, change),
    async get(project, number) {
      return (await incidents(project).where('number', '=', number).executeTakeFirst())?.body ?? null
    },
    async list(project, { state = 'all', limit = 100 }) {
      const all = incidents(project)
      const wanted = state === 'open' ? all.where('state', '<>', 'resolved') : all
      const newest = wanted.orderBy('opened_at', 'desc').orderBy('number', 'desc').limit(limit)
      return (await newest.execute()).map(row => row.body)
    },
    async entries(project, number) {
      const entries = db.selectFrom('gantry.incident_entries').selectAll().where('project', '=', project)
      return (await entries.where('number', '=', number).orderBy('id').execute()).map(entryOf)
    },
    async addEntry(project, number, entry) {
      const insert = db.insertInto('gantry.incident_entries').values(entryRow(project, number, entry))
      return entryOf(await insert.returningAll().executeTakeFirstOrThrow())
    },
  }
}

async function apply(database: Database, { incident, entries, notices, act }: IncidentChange): Promise<Incident> {
  const { project, number } = incident
  try {
    return await database.transaction(async transaction => {
      const stored = (await insert(transaction, incident)) ?? (await update(transaction, incident))
      const rows = entries.map(entry => entryRow(project, number, entry))
      if (rows.length > 0) await transaction.insertInto('gantry.incident_entries').values(rows).execute()
      await addNotices(
        transaction,
        notices.map(notice => ({ project, ...notice })),
        { number, version: stored.version },
      )
      if (act) await appendRow(transaction, act)
      return stored
    })
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    const message = `another incident with the key ${incident.key} is open`
    throw new GantryError('CONFLICT', message, { project, key: incident.key }, { cause: error })
  }
}

async function insert(db: Kysely<Schema>, incident: Incident): Promise<Incident | null> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('gantry.incidents')
    .values(rowOf(incident))
    .onConflict(conflict => conflict.columns(['project', 'number']).doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n ? incident : null
}

async function update(db: Kysely<Schema>, incident: Incident): Promise<Incident> {
  const changed = { ...incident, version: incident.version + 1 }
  const { numUpdatedRows } = await db
    .updateTable('gantry.incidents')
    .set(rowOf(changed))
    .where('project', '=', incident.project)
    .where('number', '=', incident.number)
    .where('version', '=', incident.version)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw movedOn('incident', incident.number, incident.version)
  return changed
}

const rowOf = (body: Incident) => ({
  project: body.project,
  number: body.number,
  key: body.key,
  state: body.state,
  opened_at: body.openedAt,
  version: body.version,
  body,
})

const entryRow = (project: string, number: number, entry: Omit<IncidentEntry, 'id'>) => ({
  project,
  number,
  at: entry.at,
  kind: entry.kind,
  actor: entry.actor,
  text: entry.text,
  link: entry.link,
})

const entryOf = (row: Selectable<Schema['gantry.incident_entries']>): IncidentEntry => ({
  id: String(row.id),
  at: row.at,
  kind: row.kind,
  actor: row.actor,
  text: row.text,
  link: row.link,
})
