import type { TrafficSample } from '@gantry/core'
import { type Kysely, sql } from 'kysely'
import type { Schema } from '../database/schema.ts'

/** Adds to the counts of the same second, service and release; one statement however many samples. */
export async function addTraffic(db: Kysely<Schema>, samples: TrafficSample[]): Promise<void> {
  if (samples.length === 0) return
  const rows = summed(samples)
  await sql`
    insert into gantry.traffic (project, environment, at, service, release, requests, failures, errors)
    select * from unnest(
      ${rows.map(row => row.project)}::text[], ${rows.map(row => row.environment)}::text[],
      ${rows.map(row => row.at)}::timestamptz[], ${rows.map(row => row.service)}::text[],
      ${rows.map(row => row.release)}::text[], ${rows.map(row => row.requests)}::bigint[],
      ${rows.map(row => row.failures)}::bigint[], ${rows.map(row => row.errors)}::bigint[])
    on conflict (project, environment, at, service, release) do update set
      requests = traffic.requests + excluded.requests,
      failures = traffic.failures + excluded.failures,
      errors = traffic.errors + excluded.errors`.execute(db)
}

/** One row per key, in the order of the keys: two writers that lock rows in the same order never wait for each other. */
function summed(samples: TrafficSample[]): TrafficSample[] {
  const byKey = new Map<string, TrafficSample>()
  for (const sample of samples) {
    const at = `${new Date(sample.at).toISOString().slice(0, 19)}.000Z`
    const names = [sample.project, sample.environment, at, sample.service, sample.release].map(indexable)
    const [project = '', environment = '', , service = '', release = ''] = names
    const key = names.join('\n')
    const { requests, failures, errors } = byKey.get(key) ?? { requests: 0, failures: 0, errors: 0 }
    byKey.set(key, {
      project,
      environment,
      at,
      service,
      release,
      requests: requests + sample.requests,
      failures: failures + sample.failures,
      errors: errors + sample.errors,
    })
  }
  return [...byKey.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
}

/** Clients choose these names; Postgres refuses an index entry of more than 2.7 KB, all parts together. */
export const indexable = (name: string): string => name.slice(0, 200)
