import { createHash } from 'node:crypto'
import { type LedgerEntry, type LedgerRow, type LedgerStore, ledgerText } from '@gantry/core'
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import type { Schema } from '../database/schema.ts'
import { storableJson, storableText } from '../database/values.ts'

export function ledgerStore(database: Database): LedgerStore {
  return {
    append: entry => database.transaction(transaction => appendRow(transaction, entry)),
    list: (project, { limit, before }) => newestRows(database.kysely, project, limit, before),
    since: (project, acts, from) => rowsSince(database.kysely, project, acts, from),
    verify: project => verify(database.kysely, project),
  }
}

/** Within the transaction of the change it tells of. The last lock such a transaction takes, so that none waits for another. */
export async function appendRow(transaction: Transaction<Schema>, entry: LedgerEntry): Promise<LedgerRow> {
  const lock = `gantry.ledger ${entry.project}`
  await sql`select pg_advisory_xact_lock(hashtextextended(${lock}, 0))`.execute(transaction)
  const [newest] = await newestRows(transaction, entry.project, 1)
  const row = chained(asStored(entry), newest)
  const { previousHash, ...columns } = row
  await transaction
    .insertInto('gantry.ledger')
    .values({ ...columns, previous_hash: previousHash })
    .execute()
  return row
}

async function newestRows(db: Kysely<Schema>, project: string, limit: number, before?: number): Promise<LedgerRow[]> {
  let rows = db.selectFrom('gantry.ledger').selectAll().where('project', '=', project)
  if (before !== undefined) rows = rows.where('seq', '<', before)
  return (await rows.orderBy('seq', 'desc').limit(limit).execute()).map(rowOf)
}

async function rowsSince(
  db: Kysely<Schema>,
  project: string,
  acts: readonly LedgerRow['action'][],
  from: string,
): Promise<LedgerRow[]> {
  const rows = db.selectFrom('gantry.ledger').selectAll().where('project', '=', project)
  const wanted = rows.where('action', 'in', acts).where('at', '>=', from)
  return (await wanted.orderBy('seq').execute()).map(rowOf)
}

/** What reading the entry back will answer: the hash must be over exactly that. */
function asStored(entry: LedgerEntry): LedgerEntry {
  return {
    project: storableText(entry.project),
    at: new Date(entry.at).toISOString(),
    actor: storableText(entry.actor),
    action: entry.action,
    subject: storableText(entry.subject),
    reason: entry.reason === null ? null : storableText(entry.reason),
    evidence: JSON.parse(storableJson(entry.evidence)),
  }
}

function chained(entry: LedgerEntry, newest: LedgerRow | undefined): LedgerRow {
  const row = { ...entry, seq: (newest?.seq ?? 0) + 1, previousHash: newest?.hash ?? '' }
  return { ...row, hash: hashOf(row) }
}

const hashOf = (row: Omit<LedgerRow, 'hash'>): string => createHash('sha256').update(ledgerText(row)).digest('hex')

/** Reads in pages, oldest first: a ledger outgrows memory, not time. */
async function verify(db: Kysely<Schema>, project: string): Promise<{ brokenAt: number | null; rows: number }> {
  const count = db.selectFrom('gantry.ledger').select(eb => eb.fn.countAll<number>().as('rows'))
  const { rows } = await count.where('project', '=', project).executeTakeFirstOrThrow()
  let last: LedgerRow | undefined
  for (;;) {
    const ledger = db.selectFrom('gantry.ledger').selectAll().where('project', '=', project)
    const page = await ledger
      .where('seq', '>', last?.seq ?? 0)
      .orderBy('seq')
      .limit(1000)
      .execute()
    if (page.length === 0) return { brokenAt: null, rows }
    for (const row of page.map(rowOf)) {
      if (!follows(row, last)) return { brokenAt: row.seq, rows }
      last = row
    }
  }
}

function follows({ hash, ...row }: LedgerRow, former: LedgerRow | undefined): boolean {
  const isNext = row.seq === (former?.seq ?? 0) + 1 && row.previousHash === (former?.hash ?? '')
  return isNext && hash === hashOf(row)
}

const rowOf = (row: Selectable<Schema['gantry.ledger']>): LedgerRow => ({
  seq: row.seq,
  project: row.project,
  at: row.at,
  actor: row.actor,
  action: row.action,
  subject: row.subject,
  reason: row.reason,
  evidence: row.evidence,
  previousHash: row.previous_hash,
  hash: row.hash,
})
