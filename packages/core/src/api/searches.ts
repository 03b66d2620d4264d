import * as z from 'zod'
import { IssueSearchFields, LogSearchFields, SavedSearch, SearchName } from '../search/saved-search.ts'

const named = {
  name: SearchName,
  isShared: z.boolean().default(false).describe('for everybody in the project, which takes the role developer'),
}

export const NewSearch = z.discriminatedUnion('kind', [
  z.strictObject({ ...named, kind: z.literal('logs'), search: LogSearchFields }),
  z.strictObject({ ...named, kind: z.literal('issues'), search: IssueSearchFields }),
])

/** What stays is left out. */
export const SearchChange = z.strictObject({
  version: z.int().describe('the one that was looked at'),
  name: SearchName.optional(),
  isShared: z.boolean().optional(),
  search: z.record(z.string(), z.string()).optional().describe('all fields of it'),
})

export const SavedSearchView = SavedSearch.and(
  z.object({ mayChange: z.boolean().describe('whether whoever asks may rename, replace and remove it') }),
)
export type SavedSearchView = z.output<typeof SavedSearchView>

export const SavedSearches = z.object({ searches: z.array(SavedSearchView).describe('by name') })
export type SavedSearches = z.output<typeof SavedSearches>
