import { fieldName, type GroupedEvent } from '@gantry/core'
import { type Kysely, sql } from 'kysely'
import type { Schema } from '../database/schema.ts'
import { storableText } from '../database/values.ts'
import { groupKey, type Issues } from './issue-groups.ts'
import type { Label, PackedEvent } from './packed-event.ts'

/** An issue is found by as many values of each name; those that come later are of no use to search by, such as an id. */
const mostValues = 100
/** As many names, beside its own: a client that makes them up would else fill the table. */
const mostNames = 100
const mostLabels = 40
const longestValue = 200
/** As a name: no tag is called so, for a tag has no space. */
export const titleLabel = 'a title'
const transactionLabel = 'transaction'
const ownNames: readonly string[] = [titleLabel, transactionLabel]

const valuesKept = 200_000

/** Values of each name, of one key. */
type OfKey = Map<string, Set<string>>

/**
 * What this process has seen noted, so that an event whose tags are known costs no statement, nor one with a new value of a name that is
 * full. In two halves, of which the older is forgotten whole: what is forgotten is noted once more, which changes nothing.
 */
export class KnownLabels {
  #new = new Map<string, OfKey>()
  #old = new Map<string, OfKey>()
  #count = 0

  unknownOf(item: Unlabelled): Label[] {
    const key = groupKey(item)
    const known = [this.#new.get(key), this.#old.get(key)]
    const { event, title } = item
    const unknown: Label[] = []
    const add = (name: string, value: string) => {
      const short = value.length > longestValue ? value.slice(0, longestValue) : value
      const isKnown = known.some(of => {
        const values = of?.get(name)
        if (of === undefined || values === undefined) return of !== undefined && isFull(of, name)
        return values.size >= mostValues || values.has(short)
      })
      if (!isKnown) unknown.push([name, short])
    }
    add(titleLabel, title)
    let count = 0
    for (const name in event.tags) {
      if (count++ === mostLabels) break
      const value = event.tags[name]
      if (value) add(name, value)
    }
    if (event.transaction) add(transactionLabel, event.transaction)
    return unknown
  }

  noted(events: PackedEvent[]): void {
    for (const item of events) {
      if (item.labels.length === 0) continue
      const key = groupKey(item)
      const of = this.#new.get(key) ?? new Map<string, Set<string>>()
      this.#new.set(key, of)
      for (const [name, value] of item.labels) of.set(name, (of.get(name) ?? new Set()).add(value))
      this.#count += item.labels.length
    }
    if (this.#count < valuesKept / 2) return
    this.#old = this.#new
    this.#new = new Map()
    this.#count = 0
  }
}

const isFull = (of: OfKey, name: string): boolean => of.size >= mostNames && !ownNames.includes(name)

/** What is labelled while it is packed. */
type Unlabelled = Pick<GroupedEvent, 'event' | 'title'> & { keyHash: string }

export async function noteLabels(db: Kysely<Schema>, events: PackedEvent[], issues: Issues): Promise<void> {
  const rows = new Map<string, [project: string, issueId: string, name: string, value: string]>()
  for (const item of events) {
    const id = issues.get(groupKey(item))?.id ?? ''
    for (const [name, value] of item.labels) {
      const named = name === titleLabel ? name : fieldName(name).slice(0, longestValue)
      rows.set(`${id}\n${named}\n${value}`, [item.event.project, id, named, storableText(value)])
    }
  }
  if (rows.size === 0) return
  const column = (index: 0 | 1 | 2 | 3) => [...rows.values()].map(row => row[index])
  await sql`
    with added as (
      select added.* from unnest(${column(0)}::text[], ${column(1)}::text[], ${column(2)}::text[], ${column(3)}::text[])
        as added (project, issue_id, name, value)
      join gantry.issues on issues.id = added.issue_id
      where added.name <> ${titleLabel} or added.value <> issues.title
    ), news as (
      select issue_id, name, row_number() over (partition by issue_id order by name) as place
      from (select distinct issue_id, name from added) as named
      where name <> all(${ownNames}::text[]) and not exists (select from gantry.issue_labels as former
        where former.issue_id = named.issue_id and former.name = named.name)
    ), known as (
      select issue_id, (select count(distinct name) from gantry.issue_labels as former
        where former.issue_id = one.issue_id and former.name <> all(${ownNames}::text[])) as names
      from (select distinct issue_id from news) as one
    )
    insert into gantry.issue_labels (project, issue_id, name, value)
    select added.* from added
    where not exists (select from news join known using (issue_id)
        where issue_id = added.issue_id and news.name = added.name and known.names + news.place > ${mostNames})
      and (select count(*) from (select from gantry.issue_labels as former
        where former.issue_id = added.issue_id and former.name = added.name limit ${mostValues}) as counted) < ${mostValues}
    on conflict do nothing`.execute(db)
}
