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
  for (const { at, project, environment, service, release, ...counts } of samples) {
    const names = [project, environment, secondOf(at), service, release].map(indexable)
    const key = names.join('\n')
    const known = byKey.get(key)
    if (known) {
      known.requests += counts.requests
      known.failures += counts.failures
      known.errors += counts.errors
      continue
    }
    const [ofProject = '', ofEnvironment = '', second = '', ofService = '', ofRelease = ''] = names
    byKey.set(key, {
      ...counts,
      ...{ project: ofProject, environment: ofEnvironment, at: second, service: ofService, release: ofRelease },
    })
  }
  return [...byKey.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
}

/** Thousands come a second, and are written so already. */
const secondOf = (at: string): string =>
  `${(at.length === 24 && at.endsWith('Z') ? at : new Date(at).toISOString()).slice(0, 19)}.000Z`

/** Clients choose these names; Postgres refuses an index entry of more than 2.7 KB, all parts together. */
export const indexable = (name: string): string => name.slice(0, 200)
