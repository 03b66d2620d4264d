import { GantryError, type SavedSearch, type SearchKind, searchNamed } from '@gantry/core'
import { SavedSearches, type SavedSearchView } from '@gantry/core/api'
import { didYouMean } from '@gantry/core/words'
import type { Api } from '../api/api.ts'
import { one } from '../api/read.ts'

export const savedSearches = async (api: Api): Promise<SavedSearchView[]> =>
  (await api.get('/searches', one(SavedSearches))).searches

/** @throws GantryError NOT_FOUND, with the name that may have been meant */
export async function savedSearch<Kind extends SearchKind>(
  api: Api,
  kind: Kind,
  name: string,
): Promise<Extract<SavedSearchView, { kind: Kind }>> {
  const all = await savedSearches(api)
  const found = searchNamed(all, kind, name)
  if (found) return found as Extract<SavedSearchView, { kind: Kind }>
  throw unknownSearch(
    name,
    all.filter(each => each.kind === kind),
  )
}

function unknownSearch(name: string, known: readonly SavedSearch[]): GantryError {
  const names = known.map(each => each.name)
  return new GantryError('NOT_FOUND', `no saved search "${name}"${didYouMean(name, names)}; see \`gantry searches\``)
}

/** Both have to be met: each may hold an OR. */
export function joinedQuery(parts: readonly (string | undefined)[]): string | undefined {
  const said = parts.filter(part => part !== undefined)
  return said.length > 1 ? said.map(part => `(${part})`).join(' ') : said[0]
}
