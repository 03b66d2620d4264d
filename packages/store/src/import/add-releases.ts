import type { ImportedRelease } from '@gantry/core'
import { type Kysely, sql } from 'kysely'
import type { Schema } from '../database/schema.ts'
import { storableJson } from '../database/values.ts'

/** What is named here says more than what was named elsewhere, so it stays as it is. Answers how many are new. */
export async function addReleases(
  db: Kysely<Schema>,
  project: string,
  importId: string,
  releases: readonly ImportedRelease[],
): Promise<number> {
  if (releases.length === 0) return 0
  const rows = releases.map(({ createdAt, releasedAt, ...release }) => ({
    ...release,
    ...{ created_at: createdAt, released_at: releasedAt },
  }))
  const { numAffectedRows } = await sql`
    insert into gantry.named_releases (project, version, sha, url, commits, deploys, created_at, released_at, import_id)
    select distinct on (version) ${project}, version, sha, url, commits, deploys, created_at, released_at, ${importId}
    from jsonb_to_recordset(${storableJson(rows)}::jsonb) as added (version text, sha text, url text, commits jsonb,
      deploys jsonb, created_at timestamptz, released_at timestamptz)
    on conflict (project, version) do nothing`.execute(db)
  return Number(numAffectedRows ?? 0)
}
