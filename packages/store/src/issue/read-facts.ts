import type { ErrorEvent } from '@gantry/core'
import { type Kysely, sql } from 'kysely'
import type { Schema } from '../database/schema.ts'
import { factIn, unpackEvent } from './packed-event.ts'
import { unpackBlock } from './payload-blocks.ts'

/** What `kept_events` holds of an event: where its fact is, or in rows of before the fact itself. */
export interface KeptRow {
  project: string
  day: string
  body: ErrorEvent | null
  packed: Uint8Array | null
  payload_id: string | null
  payload_from: number | null
  fact_size: number | null
}

/** The columns of a `KeptRow`. */
export const keptColumns = ['project', 'day', 'body', 'packed', 'payload_id', 'payload_from', 'fact_size'] as const

/** The events of those rows, in their order; what is nowhere is left out. Each block is read and unpacked once. */
export async function factsOf(db: Kysely<Schema>, rows: readonly KeptRow[]): Promise<ErrorEvent[]> {
  const blocks = await blocksOf(db, rows)
  return rows.flatMap(row => {
    const { body, packed, payload_id: id, payload_from: from, fact_size: size } = row
    if (packed) return unpackEvent(packed)
    const block = id === null ? undefined : blocks.get(id)
    return block && from !== null && size !== null ? factIn(block.subarray(from - size, from)) : (body ?? [])
  })
}

async function blocksOf(db: Kysely<Schema>, rows: readonly KeptRow[]): Promise<ReadonlyMap<string, Buffer>> {
  const asked = new Map(rows.flatMap(row => (row.fact_size === null ? [] : [[row.payload_id, row] as const])))
  if (asked.size === 0) return new Map()
  const of = [...asked.values()]
  const { rows: found } = await sql<{ id: string; packed: Uint8Array }>`
    select payloads.id, payloads.packed
    from unnest(${of.map(({ project }) => project)}::text[], ${of.map(row => row.payload_id)}::text[],
      ${of.map(({ day }) => day)}::date[]) as asked (project, id, day)
    join gantry.payloads on payloads.project = asked.project and payloads.id = asked.id and payloads.day = asked.day`.execute(
    db,
  )
  return new Map(found.map(({ id, packed }) => [id, unpackBlock(packed)]))
}
