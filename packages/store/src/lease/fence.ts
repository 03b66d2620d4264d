import { GantryError, type Lease } from '@gantry/core'
import { type Kysely, sql } from 'kysely'
import type { Schema } from '../database/schema.ts'

/**
 * To be called first in a transaction that writes what the lease stands for. Nobody can take the work over until the
 * transaction ends, so what a process that slept still wants to write is either stored before that, or refused here.
 * @throws GantryError LEASE_LOST when another process took it over
 */
export async function requireLease(transaction: Kysely<Schema>, lease: Lease): Promise<void> {
  const { rows } = await sql`
    select from gantry.leases where version = ${lease.version} for share`.execute(transaction)
  if (rows.length > 0) return
  const { project, kind, name, owner } = lease
  const work = `${kind} ${name}${project === null ? '' : ` of ${project}`}`
  throw new GantryError('LEASE_LOST', `${work} is not held by ${owner} any more`, { project, kind, name, owner })
}
