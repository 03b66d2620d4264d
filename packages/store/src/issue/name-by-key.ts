import type { Grouping } from '@gantry/core'
import { type Kysely, sql } from 'kysely'
import type { Schema } from '../database/schema.ts'
import { storableJson } from '../database/values.ts'
import { rowsOf } from './life-rows.ts'
import { sha256 } from './sha256.ts'

/** What is known of an issue by now that was not when it began. */
export interface NewName {
  grouping: Grouping
  title: string
  culprit: string | null
}

/** Answers the issue that has the key: this one, which is named so now, or the one that had it. */
export async function nameByKey(db: Kysely<Schema>, project: string, id: string, name: NewName): Promise<string> {
  await rowsOf(db, project, [id])
  const keyHash = sha256(name.grouping.key)
  const { rows } = await sql<{ id: string }>`
    select coalesce(issues.part_of, issues.id) as id from gantry.issue_keys as keys
    join gantry.issues on issues.id = keys.issue_id
    where keys.project = ${project} and keys.key_hash = ${keyHash}`.execute(db)
  const [known] = rows
  if (known) return known.id
  await db.insertInto('gantry.issue_keys').values({ project, key_hash: keyHash, issue_id: id }).execute()
  await sql`
    update gantry.issues set title = ${name.title}, culprit = ${name.culprit},
      grouping = ${storableJson(name.grouping)}::jsonb, version = version + 1
    where project = ${project} and id = ${id}`.execute(db)
  return id
}
