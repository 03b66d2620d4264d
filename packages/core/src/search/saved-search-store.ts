import type { KeptSearch } from './saved-search.ts'

export interface SavedSearchStore {
  /** Those that everybody in the project has and those of that person, by name. Null: only the former. */
  list(project: string, personId: string | null): Promise<KeptSearch[]>
  /** Also one that was removed and can still be put back. */
  get(project: string, id: string): Promise<KeptSearch | null>
  /** @throws GantryError SEARCH_NAME_TAKEN; SEARCHES_FULL when its owner has `mostSearches` */
  add(search: KeptSearch): Promise<void>
  /**
   * Writes what was read with the version before.
   * @throws GantryError CONFLICT when it was changed or removed since; SEARCH_NAME_TAKEN
   */
  change(search: KeptSearch): Promise<void>
  /** False when it is not there, or no more. */
  remove(project: string, id: string, at: string): Promise<boolean>
  /** Null when there is nothing to put back. @throws GantryError SEARCH_NAME_TAKEN, SEARCHES_FULL */
  putBack(project: string, id: string): Promise<KeptSearch | null>
}

/** Of each kind, for one owner: more than anybody finds anything in. */
export const mostSearches = 200
/** How long one that was removed can be put back. */
export const putBackMs = 30 * 86_400_000
