import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompressSync } from 'node:zlib'
import type { ClaimForwards, ForwardCount, ForwardStore, NewForward, QueuedForward, SettleForwards } from '@gantry/core'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import type { Schema } from '../database/schema.ts'
import { groupCommit } from '../issue/group-commit.ts'
import type { ForwardTables } from './forward-tables.ts'

const compress = promisify(zstdCompress)
const fast = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }
const longest = { maxOutputLength: 256 * 1024 * 1024 }
const hourMs = 3_600_000

export function forwardStore({ kysely: db }: Database): ForwardStore {
  const add = groupCommit<NewForward, null>({
    most: { items: 500, bytes: 8 * 1024 * 1024 },
    gather: { from: 8, ms: 4 },
    bytesOf: ({ body }) => body.length,
    write: rows => insert(db, rows),
  })
  return {
    add: async rows => void (rows.length > 0 && (await add([...rows]))),
    claim: (project, forward, asked) => claim(db, project, forward, asked),
    settle: (project, forward, settled) => db.transaction().execute(tx => settle(tx, project, forward, settled)),
    trim: (project, forward, most) => db.transaction().execute(tx => trim(tx, project, forward, most)),
    remove: (project, forward, at) =>
      db.transaction().execute(async tx => {
        const { rows } = await sql<{ quantity: number }>`
          delete from gantry.forward_queue where project = ${project} and forward = ${forward}
          returning quantity`.execute(tx)
        await addCount(tx, project, { forward, outcome: 'dropped', reason: 'removed', quantity: sum(rows) }, at)
        await tx
          .deleteFrom('gantry.forward_states')
          .where('project', '=', project)
          .where('forward', '=', forward)
          .execute()
      }),
    async isWaiting(project, forward) {
      const waiting = db.selectFrom('gantry.forward_queue').select('id').where('project', '=', project)
      return (await waiting.where('forward', '=', forward).limit(1).executeTakeFirst()) !== undefined
    },
    waiting: async project => {
      const found = await sql<{ forward: string; quantity: number; bytes: number; oldest: string }>`
        select forward, sum(quantity)::bigint as quantity, sum(length(packed))::bigint as bytes, min(queued_at) as oldest
        from gantry.forward_queue where project = ${project} group by forward order by forward`.execute(db)
      return found.rows.map(({ oldest: oldestAt, ...rest }) => ({ ...rest, oldestAt }))
    },
    states: async project => {
      const rows = db.selectFrom('gantry.forward_states').select(['forward', 'body']).where('project', '=', project)
      return (await rows.orderBy('forward').execute()).map(({ forward, body: state }) => ({ forward, state }))
    },
    counts: async (project, from) => {
      const found = await sql<ForwardCount>`
        select forward, outcome, reason, sum(quantity)::bigint as quantity from gantry.forward_counts
        where project = ${project} and hour >= ${from} group by 1, 2, 3 order by 1, 2 desc, 4 desc, 3`.execute(db)
      return found.rows
    },
  }
}

async function insert(db: Kysely<Schema>, rows: readonly NewForward[]): Promise<null[]> {
  const packed = await Promise.all(rows.map(({ body }) => compress(body, fast)))
  await db
    .insertInto('gantry.forward_queue')
    .values(
      rows.map(({ project, forward, queuedAt, quantity, categories, body }, index) => ({
        ...{ project, forward, queued_at: queuedAt, quantity, categories: [...categories], size: body.length },
        packed: packed[index] ?? new Uint8Array(),
      })),
    )
    .execute()
  return rows.map(() => null)
}

async function claim(
  db: Kysely<Schema>,
  project: string,
  forward: string,
  { now, leaseMs, rows: most, bytes, except }: ClaimForwards,
): Promise<QueuedForward[]> {
  const leasedUntil = new Date(Date.parse(now) + leaseMs).toISOString()
  const { rows } = await sql<Selectable<ForwardTables['gantry.forward_queue']>>`
    with free as (
      select id, size from gantry.forward_queue
      where project = ${project} and forward = ${forward} and (leased_until is null or leased_until <= ${now})
        and not (categories && ${[...except]}::text[])
      order by id limit ${most} for update skip locked
    ), next as (
      select id from (select id, sum(size) over (order by id) - size as before from free) as summed where before < ${bytes}
    )
    update gantry.forward_queue as own set leased_until = ${leasedUntil} from next where own.id = next.id
    returning own.*`.execute(db)
  return rows
    .toSorted((a, b) => a.id - b.id)
    .map(({ id, queued_at: queuedAt, quantity, categories, packed }) => ({
      ...{ id: String(id), project, forward, queuedAt, quantity, categories },
      body: zstdDecompressSync(packed, longest),
    }))
}

async function settle(
  tx: Kysely<Schema>,
  project: string,
  forward: string,
  { done, back, state, counts, at }: SettleForwards,
): Promise<void> {
  if (done.length > 0)
    await sql`
      delete from gantry.forward_queue
      where project = ${project} and forward = ${forward} and id = any(${done.map(Number)}::bigint[])`.execute(tx)
  if (back.length > 0)
    await sql`
      update gantry.forward_queue set leased_until = null
      where project = ${project} and forward = ${forward} and id = any(${back.map(Number)}::bigint[])`.execute(tx)
  for (const count of counts) await addCount(tx, project, count, at)
  await tx
    .insertInto('gantry.forward_states')
    .values({ project, forward, body: state })
    .onConflict(conflict => conflict.columns(['project', 'forward']).doUpdateSet({ body: state }))
    .execute()
}

async function trim(
  tx: Kysely<Schema>,
  project: string,
  forward: string,
  { before, bytes, at }: { before: string; bytes: number; at: string },
): Promise<number> {
  const old = await sql<{ quantity: number }>`
    delete from gantry.forward_queue where project = ${project} and forward = ${forward} and queued_at < ${before}
    returning quantity`.execute(tx)
  await addCount(tx, project, { forward, outcome: 'dropped', reason: 'too-old', quantity: sum(old.rows) }, at)
  const many = await sql<{ quantity: number }>`
    delete from gantry.forward_queue where id in (
      select id from (
        select id, sum(length(packed)) over (order by id desc) as bytes from gantry.forward_queue
        where project = ${project} and forward = ${forward}
      ) as summed where bytes > ${bytes})
    returning quantity`.execute(tx)
  await addCount(tx, project, { forward, outcome: 'dropped', reason: 'queue-full', quantity: sum(many.rows) }, at)
  return sum(old.rows) + sum(many.rows)
}

const sum = (rows: readonly { quantity: number }[]): number => rows.reduce((all, { quantity }) => all + quantity, 0)

async function addCount(tx: Kysely<Schema>, project: string, count: ForwardCount, at: string): Promise<void> {
  const { forward, outcome, reason, quantity } = count
  if (quantity === 0) return
  const hour = new Date(Math.floor(Date.parse(at) / hourMs) * hourMs).toISOString()
  await sql`
    insert into gantry.forward_counts as known (project, forward, hour, outcome, reason, quantity)
    values (${project}, ${forward}, ${hour}, ${outcome}, ${reason}, ${quantity})
    on conflict (project, forward, hour, outcome, reason)
    do update set quantity = known.quantity + excluded.quantity`.execute(tx)
}
