import type { SavedSearchView } from '@gantry/core/api'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { toast } from 'sonner'
import { acts } from '../api/acts.ts'
import { queries } from '../api/queries.ts'
import { currentProject } from '../project/current-project.ts'
import { asError } from '../ui/refusal.tsx'
import type { SearchFields, SearchKind } from './saved-fields.ts'

export interface SavedSearchActs {
  searches: SavedSearchView[]
  /** Why this person cannot share; null: they can. */
  whyNotShare: string | null
  /** @throws ApiError as the others do */
  save(name: string, isShared: boolean, search: SearchFields): Promise<SavedSearchView>
  change(search: SavedSearchView, change: Partial<Pick<SavedSearchView, 'name' | 'isShared' | 'search'>>): Promise<void>
  /** Says that it is gone, where it can be taken back. */
  remove(search: SavedSearchView): Promise<void>
}

/** Saved searches of a kind, and what can be done with them. */
export function useSavedSearches(kind: SearchKind): SavedSearchActs {
  const client = useQueryClient()
  const { data } = useQuery(queries.searches())
  const { data: me } = useQuery(queries.me())
  const look = () => client.invalidateQueries({ queryKey: ['searches'] })
  const role = me?.roles[currentProject() ?? '']
  const putBack = async (search: SavedSearchView) => {
    try {
      await acts.putBackSearch(search)
      toast(`“${search.name}” is back`)
    } catch (cause) {
      toast.error(asError(cause).message)
    }
    await look()
  }
  return {
    searches: (data?.searches ?? []).filter(search => search.kind === kind),
    whyNotShare: role === undefined || role === 'viewer' ? 'Developers and above share searches' : null,
    async save(name, isShared, search) {
      const saved = await acts.saveSearch({ kind, name, isShared, search })
      await look()
      return saved
    },
    async change(search, change) {
      await acts.changeSearch(search, change)
      await look()
    },
    async remove(search) {
      await acts.removeSearch(search)
      await look()
      toast(`“${search.name}” was removed`, { action: { label: 'Undo', onClick: () => void putBack(search) } })
    },
  }
}
