import type { Import, ImportAsked, ImportCursor, ImportOrigin } from '@gantry/core'

/** What was brought from other services. */
export interface ImportTables {
  'gantry.imports': {
    project: string
    id: string
    origin: ImportOrigin
    asked: ImportAsked
    state: Import['state']
    holder: string
    cursor: ImportCursor | null
    started_by: string
    started_at: string
    ended_at: string | null
  }
  'gantry.imported_issues': {
    project: string
    /** See `originKey`. */
    origin: string
    source_id: string
    import_id: string
    /** The row that it is counted in. */
    issue_id: string
    service: string
    short_id: string | null
    url: string | null
    at: string
    /** What the row counts more for it than events of it are kept. */
    events: number
    people: number
    /** Rows that it began. */
    made: string[]
    event_ids: string[]
    /** When the row was first seen before; null: it began it. */
    former_first_seen: string | null
  }
}
