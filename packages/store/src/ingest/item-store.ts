import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompressSync } from 'node:zlib'
import type { ItemQuery, ItemStore, KeptItem, NewItem } from '@gantry/core'
import { type Selectable, sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import type { Schema } from '../database/schema.ts'
import { storableJson } from '../database/values.ts'
import { dayOf, makeRoomFor } from '../issue/days.ts'

const compress = promisify(zstdCompress)
const fast = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }
/** Each takes a buffer of its own while it is packed, and thousands may come at once. */
const packedAtOnce = 64
const longest = { maxOutputLength: 64 * 1024 * 1024 }

export function itemStore(database: Database): ItemStore {
  return {
    keep: items => keep(database, items),
    list: (project, query) => list(database, project, query),
    get: (project, id) => get(database, project, id),
    contents: (project, ids) => contents(database, project, ids),
  }
}

async function keep(database: Database, items: readonly NewItem[]): Promise<void> {
  if (items.length === 0) return
  await makeRoomFor(
    database,
    items.map(({ receivedAt }) => dayOf(receivedAt)),
  )
  const packed: Buffer[] = []
  for (let at = 0; at < items.length; at += packedAtOnce) {
    const next = items.slice(at, at + packedAtOnce)
    packed.push(...(await Promise.all(next.map(({ content }) => compress(content, fast)))))
  }
  const column = <K extends keyof NewItem>(name: K) => items.map(item => item[name])
  let first = 1
  const from = packed.map(({ length }) => {
    first += length
    return first - length
  })
  const facts = `[${items.map(item => storableJson(item.facts)).join()}]`
  await sql`
    insert into gantry.kept_items (project, id, day, at, received_at, kind, type, name, event_id, trace_id, service, environment,
      release, facts, size, packed)
    select project, id, day, at, received_at, kind, type, name, event_id, trace_id, service, environment, release, facts, size,
      substring(${Buffer.concat(packed)}::bytea from first for bytes)
    from rows from (
      unnest(${column('project')}::text[]), unnest(${column('id')}::text[]),
      unnest(${items.map(({ receivedAt }) => dayOf(receivedAt))}::date[]), unnest(${column('at')}::timestamptz[]),
      unnest(${column('receivedAt')}::timestamptz[]),
      unnest(${column('kind')}::text[]), unnest(${column('type')}::text[]), unnest(${column('name')}::text[]),
      unnest(${column('eventId')}::text[]), unnest(${column('traceId')}::text[]),
      unnest(${column('service')}::text[]), unnest(${column('environment')}::text[]),
      unnest(${column('release')}::text[]), json_array_elements(${facts}::json),
      unnest(${items.map(({ content }) => content.length)}::bigint[]), unnest(${from}::int[]),
      unnest(${packed.map(({ length }) => length)}::int[])
    ) as added (project, id, day, at, received_at, kind, type, name, event_id, trace_id, service, environment, release, facts, size,
      first, bytes)
    on conflict do nothing`.execute(database.kysely)
}

async function list({ kysely: db }: Database, project: string, query: ItemQuery): Promise<KeptItem[]> {
  let found = db.selectFrom('gantry.kept_items').select(shown).where('project', '=', project)
  if (query.kind !== undefined) found = found.where('kind', '=', query.kind)
  if (query.eventId !== undefined) found = found.where('event_id', '=', query.eventId)
  if (query.traceId !== undefined) found = found.where('trace_id', '=', query.traceId)
  return (await found.orderBy('at', 'desc').orderBy('id').limit(query.limit).execute()).map(itemOf)
}

async function contents({ kysely: db }: Database, project: string, ids: readonly string[]) {
  if (ids.length === 0) return new Map<string, Uint8Array>()
  const rows = await db
    .selectFrom('gantry.kept_items')
    .select(['id', 'packed'])
    .where('project', '=', project)
    .where('id', '=', sql<string>`any(${ids}::text[])`)
    .execute()
  return new Map(rows.map(({ id, packed }) => [id, zstdDecompressSync(packed, longest)]))
}

async function get({ kysely: db }: Database, project: string, id: string) {
  const row = await db
    .selectFrom('gantry.kept_items')
    .select([...shown, 'packed'])
    .where('project', '=', project)
    .where('id', '=', id)
    .orderBy('day', 'desc')
    .executeTakeFirst()
  return row ? { item: itemOf(row), content: zstdDecompressSync(row.packed, longest) } : null
}

const shown = [
  ...(['project', 'id', 'at', 'received_at', 'kind', 'type', 'name', 'event_id', 'trace_id'] as const),
  ...(['service', 'environment', 'release', 'facts', 'size'] as const),
] as const

const itemOf = (row: Omit<Selectable<Schema['gantry.kept_items']>, 'packed' | 'day'>): KeptItem => ({
  id: row.id,
  project: row.project,
  at: row.at,
  receivedAt: row.received_at,
  kind: row.kind,
  type: row.type,
  name: row.name,
  eventId: row.event_id,
  traceId: row.trace_id,
  service: row.service,
  environment: row.environment,
  release: row.release,
  facts: row.facts,
  size: row.size,
})
