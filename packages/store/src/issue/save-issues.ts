import { randomUUID } from 'node:crypto'
import type { Issue } from '@gantry/core'
import { type Kysely, sql } from 'kysely'
import { takeNumbers } from '../database/counters.ts'
import type { Schema } from '../database/schema.ts'
import { storableJson } from '../database/values.ts'
import { groupKey, type IssueGroup, type Issues, type SavedIssue } from './issue-groups.ts'
import type { KnownRows } from './known-rows.ts'
import type { PackedEvent } from './packed-event.ts'

/**
 * The rows that count these events, by their key. A key that is met for the first time is a new issue; where an earlier version of
 * grouping knew it by another name, it is a new part of that issue, so that an upgrade splits nothing and what it brought
 * can still be told apart. The caller holds the lock of their projects, which acts of people take as well.
 */
export async function issuesOf(db: Kysely<Schema>, events: PackedEvent[]): Promise<Issues> {
  const asked = new Map(events.map(item => [groupKey(item), item]))
  // Each with one key to look for: of two at once Postgres makes no use of the index.
  const sought = [...asked.values()].flatMap(({ event: { project }, keyHash, formerKeyHash }) =>
    [keyHash, ...(formerKeyHash === null ? [] : [formerKeyHash])].map(hash => ({ project, keyHash, hash })),
  )
  const { rows } = await sql<Found>`
    select issues.project, asked.key_hash as "keyHash", issues.id, issues.number, coalesce(root.id, issues.id) as "rootId",
      coalesce(root.number, issues.number) as "rootNumber", coalesce(root.state, issues.state) as state,
      coalesce(jsonb_strip_nulls(case when root.id is null then issues.mute else root.mute end) <> '{}', false)
        as "isMutedUntil", asked.hash = asked.key_hash as "isByItsKey"
    from unnest(${sought.map(({ project }) => project)}::text[], ${sought.map(({ keyHash }) => keyHash)}::text[],
      ${sought.map(({ hash }) => hash)}::text[]) as asked (project, key_hash, hash)
    join gantry.issue_keys as keys on keys.project = asked.project and keys.key_hash = asked.hash
    join gantry.issues on issues.id = keys.issue_id
    left join gantry.issues as root on root.id = issues.part_of`.execute(db)
  const known = new Map(rows.toSorted(byItsKeyLast).map(row => [keyOf(row), row]))
  return new Map([...asked.keys()].map(key => [key, savedIssue(known.get(key))]))
}

interface Found {
  project: string
  keyHash: string
  id: string
  number: number
  rootId: string
  rootNumber: number
  state: Issue['state']
  isMutedUntil: boolean
  isByItsKey: boolean
}

/** Of two rows for one key the last one stays in a map: an event's own key says more than a former one. */
const byItsKeyLast = (a: Found, b: Found): number => Number(a.isByItsKey) - Number(b.isByItsKey)

function savedIssue(found: Found | undefined): SavedIssue {
  const id = found?.isByItsKey ? found.id : randomUUID()
  if (!found) return { id, number: 0, isNew: true, root: { id, number: 0, state: 'unknown', isMutedUntil: false } }
  const { rootId, rootNumber, state, isMutedUntil, isByItsKey, number } = found
  const root = { id: rootId, number: rootNumber, state, isMutedUntil }
  return { id, number: isByItsKey ? number : 0, isNew: !isByItsKey, root }
}

/** So that the next event with such a key finds its row by it. Called when the issues are saved. */
async function noteKeys(db: Kysely<Schema>, groups: IssueGroup[]): Promise<void> {
  if (groups.length === 0) return
  await sql`
    insert into gantry.issue_keys (project, key_hash, issue_id)
    select * from unnest(${groups.map(({ project }) => project)}::text[], ${groups.map(({ keyHash }) => keyHash)}::text[],
      ${groups.map(({ issueId }) => issueId)}::text[])`.execute(db)
}

/** Numbers the issues that are new and adds the groups' counts to all. The caller holds the lock of their projects. */
export async function saveIssues(
  db: Kysely<Schema>,
  groups: IssueGroup[],
  issues: Issues,
  known: KnownRows,
): Promise<void> {
  const unknown = groups.filter(group => issues.get(keyOf(group))?.isNew)
  for (const [project, added] of Map.groupBy(unknown, group => group.project)) {
    const last = await takeNumbers(db, project, 'issue', added.length)
    for (const [index, group] of added.entries()) {
      const issue = issues.get(keyOf(group))
      if (!issue) continue
      issue.number = last - added.length + 1 + index
      if (issue.root.id === issue.id) issue.root.number = issue.number
    }
  }
  await upsert(db, groups, issues, await addPeople(db, groups, known))
  await noteKeys(db, unknown)
}

const keyOf = ({ project, keyHash }: { project: string; keyHash: string }): string => `${project}\n${keyHash}`

/** How many people each issue had not met before, by its id. Known before the issue is written, so that it is written once. */
async function addPeople(
  db: Kysely<Schema>,
  groups: IssueGroup[],
  known: KnownRows,
): Promise<ReadonlyMap<string, number>> {
  const rows = groups.flatMap(({ project, issueId, people }) =>
    known.unknownOf(people.map(person => ({ project, issueId, person, key: `${issueId}\n${person}` }))),
  )
  if (rows.length === 0) return new Map()
  const named = groups.flatMap(({ project, issueId, userNames }) => userNames.map(name => ({ project, issueId, name })))
  const { rows: counts } = await sql<{ id: string; people: number }>`
    with named as (
      insert into gantry.issue_user_names (project, issue_id, name)
      select * from unnest(${named.map(row => row.project)}::text[], ${named.map(row => row.issueId)}::text[],
        ${named.map(row => row.name)}::bigint[])
      on conflict do nothing
    ), added as (
      insert into gantry.issue_people (project, issue_id, person_hash)
      select * from unnest(${rows.map(row => row.project)}::text[], ${rows.map(row => row.issueId)}::text[],
        ${rows.map(row => row.person)}::text[])
      on conflict do nothing returning issue_id
    )
    select issue_id as id, count(*) as people from added group by issue_id`.execute(db)
  return new Map(counts.map(({ id, people }) => [id, people]))
}

/**
 * Title and culprit stay those of the first event. Counting is no new version, or nobody could change the state of a busy
 * issue.
 */
async function upsert(
  db: Kysely<Schema>,
  groups: IssueGroup[],
  issues: Issues,
  people: ReadonlyMap<string, number>,
): Promise<void> {
  const rows = groups.map(group => {
    const issue = issues.get(keyOf(group))
    return insertable(group, issue, people.get(issue?.id ?? '') ?? 0)
  })
  await sql`
    insert into gantry.issues (id, project, number, key_hash, grouping, title, culprit, level, state, service,
      environments, first_seen, last_seen, first_release, last_release, events, people, version, part_of)
    select id, project, number, key_hash, grouping, title, culprit, level, state, service,
      environments, first_seen, last_seen, first_release, last_release, events, people, version, part_of
    from jsonb_to_recordset(${storableJson(rows)}::jsonb) as added (id text, project text, number bigint,
      key_hash text, grouping jsonb, title text, culprit text, level text, state text, service text,
      environments text[], first_seen timestamptz, last_seen timestamptz, first_release text, last_release text,
      events bigint, people bigint, version bigint, part_of text)
    on conflict (id) do update set
      level = case when excluded.last_seen >= issues.last_seen then excluded.level else issues.level end,
      service = coalesce(issues.service, excluded.service),
      environments = case when issues.environments @> excluded.environments then issues.environments else
        (select array_agg(distinct name order by name) from unnest(issues.environments || excluded.environments) as name)
      end,
      first_seen = least(issues.first_seen, excluded.first_seen),
      last_seen = greatest(issues.last_seen, excluded.last_seen),
      first_release = coalesce(issues.first_release, excluded.first_release),
      last_release = case when excluded.last_seen >= issues.last_seen
        then coalesce(excluded.last_release, issues.last_release) else coalesce(issues.last_release, excluded.last_release)
      end,
      events = issues.events + excluded.events,
      people = issues.people + excluded.people`.execute(db)
}

const insertable = (group: IssueGroup, issue: SavedIssue | undefined, people: number) => ({
  id: issue?.id,
  project: group.project,
  number: issue?.number,
  key_hash: group.keyHash,
  grouping: group.first.grouping,
  title: group.first.title,
  culprit: group.first.culprit,
  level: group.level,
  state: 'open',
  service: group.first.event.service,
  environments: group.environments,
  first_seen: group.firstSeen,
  last_seen: group.lastSeen,
  first_release: group.firstRelease,
  last_release: group.lastRelease,
  events: group.events,
  people,
  version: 1,
  part_of: issue && issue.root.id !== issue.id ? issue.root.id : null,
})
