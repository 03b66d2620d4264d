import type { ImportingIssue } from '@gantry/core'
import type { SavedIssue } from '../issue/issue-groups.ts'
import type { PackedEvent } from '../issue/packed-event.ts'

/** An event of an issue of elsewhere, on its way to the row that counts it. */
export interface PlacedReport {
  packed: PackedEvent
  otherKeys: readonly string[]
  row: SavedIssue
}

/** Where an issue of elsewhere goes. */
export interface Placement {
  issue: ImportingIssue
  root: SavedIssue['root']
  /** Nothing of here had its events: the issue begins with it. */
  isNew: boolean
  reports: PlacedReport[]
  /** Rows that begin with it: the issue itself, and parts of it. */
  made: string[]
}

/** An issue of elsewhere before it has a place: `stored` are issues of here that have events of it already. */
export interface Unplaced {
  issue: ImportingIssue
  stored: SavedIssue['root'][]
  reports: PlacedReport[]
  /** A row for one of which no event could be had. */
  bare: SavedIssue | null
}

/**
 * All events of one issue of elsewhere belong to one of here: the one that has an event of it, else the one whose key the newest
 * has, else the one whose key the first has. Keys that are new become parts of it. Marks rows with the issue they are part of.
 */
export function placeIssues(all: readonly Unplaced[]): Placement[] {
  const begun = new Set<string>()
  return all.map(({ issue, stored, reports, bare }) => {
    const rows = [...new Set([...reports.map(({ row }) => row), ...(bare ? [bare] : [])])]
    const isOfHere = ({ root }: SavedIssue) => root.state !== 'unknown' || begun.has(root.id)
    const root = stored[0] ?? rows.find(isOfHere)?.root ?? rows[0]?.root
    if (!root) throw new Error('an issue without an event has a row of its own')
    const isNew = stored.length === 0 && !rows.some(isOfHere)
    const made = rows.filter(row => row.isNew && !begun.has(row.id))
    // An earlier version of grouping may know another issue by one of the keys: that row is part of it already.
    for (const row of made.filter(one => !isOfHere(one))) row.root = root
    for (const { id } of [root, ...made]) begun.add(id)
    return { issue, root, isNew, reports, made: made.map(({ id }) => id) }
  })
}
