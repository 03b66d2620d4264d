import type { SavedSearch } from '@gantry/core'

export interface SearchTables {
  'gantry.saved_searches': {
    project: string
    id: string
    kind: SavedSearch['kind']
    /** Empty: everybody in the project. */
    owner_id: string
    name: string
    name_key: string
    search: SavedSearch['search']
    version: number
    changed_at: string
    changed_by: string
    removed_at: string | null
  }
}
